/// Whether what is encoded is to be shown to people, who see nothing of what is sensitive.
enum Redaction {
    @TaskLocal static var isOn = false
}
