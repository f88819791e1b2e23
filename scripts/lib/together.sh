# Running several things at the same time. It is sourced, not run.

declare -A parts=() printed=()

# begin FUNCTION...: starts them at once, for `finish` to wait for.
begin() {
    local part
    for part in "$@"; do
        printed[$part]=$(mktemp)
        # Process groups of their own, so that what a part started can be ended with it.
        set -m
        "$part" </dev/null >"${printed[$part]}" 2>&1 &
        set +m
        parts[$!]=$part
    done
}

# finish: waits for all that has begun. What each printed is shown when it ends; fails when all are over and one of them failed, with the last
# words of those that did, which would be far up otherwise.
finish() {
    local part group code failed='' words='' since=$SECONDS
    while [ ${#parts[@]} -gt 0 ]; do
        code=0
        wait -n -p group "${!parts[@]}" || code=$?
        part=${parts[$group]}
        unset "parts[$group]"
        echo "== ${part//_/ }: ended with $code after $((SECONDS - since)) s"
        cat "${printed[$part]}"
        if [ "$code" -ne 0 ]; then
            failed+=" ${part//_/ },"
            words+="== the end of what ${part//_/ } printed"$'\n'"$(tail -n 40 "${printed[$part]}")"$'\n'
        fi
        rm -f "${printed[$part]}"
    done
    [ -z "$failed" ] || { echo "${words}FAILED:${failed%,}" >&2; return 1; }
}

# end_together: ends what is still under way; for a script that is ended itself.
end_together() {
    local group
    for group in "${!parts[@]}"; do kill -INT -- "-$group" 2>/dev/null || true; done
    wait
    rm -f "${printed[@]}"
}
