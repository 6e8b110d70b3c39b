#compdef foundry
# Completes the words of the foundry command in zsh.
_foundry() {
    local line="${(j: :)words[1,CURRENT]}"
    local -a suggestions
    suggestions=("${(@f)$("${words[1]}" "[suggest:${#line}]" "$line" 2>/dev/null)}")
    suggestions=(${suggestions:#})
    if (( ${#suggestions} )); then
        compadd -- "${suggestions[@]}"
    else
        _files
    fi
}
if [[ "${funcstack[1]}" == "_foundry" ]]; then
    _foundry "$@"
else
    compdef _foundry foundry
fi
