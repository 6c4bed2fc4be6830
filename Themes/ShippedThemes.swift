/// The themes of this folder, built into the program, so that an installed one has them.
package enum ShippedThemes {
    /// The bytes of a theme's file.
    package static func source(of name: String) -> [UInt8]? {
        switch name {
        case "dusk": PackageResources.dusk_theme
        case "day": PackageResources.day_theme
        case "high-contrast": PackageResources.high_contrast_theme
        case "deuter": PackageResources.deuter_theme
        case "trit": PackageResources.trit_theme
        case "mono": PackageResources.mono_theme
        default: nil
        }
    }
}
