/// The completions for bash: one function, which knows where on the line it stands.
struct BashCompletions {
    let program: String

    private var function: String { Shell.functionName(of: program) }
    private var options: [Option] { Option.allCases }

    var text: String {
        #"""
        \#(Shell.bash.heading)
        \#(function)() {
            local IFS=$' \t\n' word words=() is_cut='' current command='' option='' only_operands=''
            local given=' ' names='' count=0 index=0 values='' files=''
            # Bash cuts words at = and :, also in the middle of a value; the pieces are joined again.
            for word in "${COMP_WORDS[@]:1:COMP_CWORD}"; do
                if [[ $word =~ ^[=:]+$ && ${#words[@]} -gt 0 ]]; then
                    words[${#words[@]}-1]+=$word
                    is_cut=1
                elif [[ $is_cut && $word ]]; then
                    words[${#words[@]}-1]+=$word
                    is_cut=''
                else
                    words+=("$word")
                    is_cut=''
                fi
            done
            current=${words[${#words[@]}-1]}
            unset 'words[${#words[@]}-1]'
            # What stands before the cursor: the sub-command, how many operands, which options.
            case ${words[0]-} in
            \#(Subcommands.all.map(\.name).joined(separator: "|"))) command=${words[0]} index=1 ;;
            esac
            while (( index < ${#words[@]} )); do
                word=${words[index]}
                index=$(( index + 1 ))
                if [[ $option ]]; then
                    option=''
                elif [[ $only_operands || $word != -?* ]]; then
                    count=$(( count + 1 ))
                elif [[ $word == -- ]]; then
                    only_operands=1
                else
                    case ${word%%=*} in
        \#(lettered(16))
                    esac
                    given+="${word%%=*} "
                    case $word in
                    \#(spellings { $0.value != nil })) option=$word ;;
                    esac
                fi
            done
            if [[ ! $option && ! $only_operands && $current == -*=* ]]; then
                option=${current%%=*}
                current=${current#*=}
            fi
            # What is expected at the cursor.
            if [[ $option ]]; then
                case $option in
        \#(optionValues(8))
                \#(spellings { $0.expectedValue == .file })) files=1 ;;
                esac
            elif [[ ! $only_operands && $current == -* ]]; then
                case $command in
        \#(optionNames(8))
                esac
                for word in $names; do
                    case $word in
                    \#(spellings(where: \.isRepeatable))) values+="$word " ;;
                    *) [[ $given == *" $word "* ]] || values+="$word " ;;
                    esac
                done
            else
                case $command.$count in
        \#(operandValues(8))
                \#(fileOperands)) files=1 ;;
                esac
                # A sub-command is the first word, or there is none.
                (( ${#words[@]} )) || values=\#(list(Subcommands.all.map(\.name)))
            fi
            COMPREPLY=($(compgen -W "$values" -- "$current"))
            # Files are completed by the shell itself, which knows how they are quoted.
            if [[ $files && ${#COMPREPLY[@]} -eq 0 ]]; then
                compopt -o default 2>/dev/null
            fi
        }
        complete -F \#(function) \#(Shell.quoted(program))

        """#
    }

    // MARK: The branches

    private var subcommands: [Subcommand] { Subcommands.all + [Subcommands.workbench] }

    private func spellings(where isMeant: (Option) -> Bool) -> String {
        options.filter(isMeant).flatMap(\.spellings).joined(separator: "|")
    }

    /// An option that is written as a letter is taken for its name.
    private func lettered(_ indentation: Int) -> String {
        lines(indentation) {
            options.compactMap { option in
                option.letter.map { "-\($0)) word=\(option.name)${word#-\($0)} ;;" }
            }
        }
    }

    private func optionValues(_ indentation: Int) -> String {
        lines(indentation) {
            options.compactMap { option in
                option.expectedValue.words.map { "\(option.spellings.joined(separator: "|"))) values=\(list($0)) ;;" }
            }
        }
    }

    private func optionNames(_ indentation: Int) -> String {
        lines(indentation) {
            subcommands.map { subcommand in
                "\(Shell.quoted(subcommand.name))) names=\(list(subcommand.allOptions.map(\.name))) ;;"
            }
        }
    }

    private func operandValues(_ indentation: Int) -> String {
        lines(indentation) {
            subcommands.flatMap { subcommand in
                subcommand.operands.enumerated().compactMap { place, operand in
                    operand.value.words.map { "\(subcommand.name).\(place)) values=\(list($0)) ;;" }
                }
            }
        }
    }

    private var fileOperands: String {
        subcommands.flatMap { subcommand in
            subcommand.operands.indices.filter { subcommand.operands[$0].value == .file }
                .map { "\(subcommand.name).\($0)" }
        }.joined(separator: "|")
    }

    private func list(_ words: [String]) -> String { Shell.quoted(words.joined(separator: " ")) }

    private func lines(_ indentation: Int, _ lines: () -> [String]) -> String {
        lines().map { String(repeating: " ", count: indentation) + $0 }.joined(separator: "\n")
    }
}
