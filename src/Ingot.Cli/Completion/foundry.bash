# Completes the words of the foundry command in bash.
_foundry_completion() {
    local line="${COMP_LINE:0:COMP_POINT}" word suggestion cut=0
    word="${line##*[[:space:]]}"
    # What bash takes for the word begins after the last of its word breaks.
    case "$word" in
        *[:=]*) local head="${word%[:=]*}"; cut=$((${#head} + 1)) ;;
    esac
    COMPREPLY=()
    while IFS= read -r suggestion; do
        if [[ "$suggestion" == "$word"* ]]; then
            COMPREPLY+=("${suggestion:cut}")
        fi
    done < <("${COMP_WORDS[0]}" "[suggest:${#line}]" "$line" 2>/dev/null)
    if [[ ${#COMPREPLY[@]} -eq 1 && "${COMPREPLY[0]}" == *= ]]; then
        compopt -o nospace 2>/dev/null
    fi
}
complete -o default -F _foundry_completion foundry
