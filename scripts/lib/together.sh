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

# finish: waits for all that has begun. What each printed is shown when it ends; fails when all are over and one of them failed.
finish() {
    local part group code failed='' since=$SECONDS
    while [ ${#parts[@]} -gt 0 ]; do
        code=0
        wait -n -p group "${!parts[@]}" || code=$?
        part=${parts[$group]}
        unset "parts[$group]"
        echo "== ${part//_/ }: ended with $code after $((SECONDS - since)) s"
        cat "${printed[$part]}"
        rm -f "${printed[$part]}"
        [ "$code" -eq 0 ] || failed+=" ${part//_/ },"
    done
    [ -z "$failed" ] || { echo "FAILED:${failed%,}" >&2; return 1; }
}

# end_together: ends what is still under way; for a script that is ended itself.
end_together() {
    local group
    for group in "${!parts[@]}"; do kill -INT -- "-$group" 2>/dev/null || true; done
    wait
    rm -f "${printed[@]}"
}
