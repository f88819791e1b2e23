# Running several things at the same time. It is sourced, not run.

declare -A parts=()

# together FUNCTION...: runs them at once. What each printed is shown when it ends; fails when all are over and one of them failed.
together() {
    local part group code failed='' began=$SECONDS folder
    folder=$(mktemp -d)
    for part in "$@"; do
        # Process groups of their own, so that what a part started can be ended with it.
        set -m
        "$part" </dev/null >"$folder/$part" 2>&1 &
        set +m
        parts[$!]=$part
    done
    while [ ${#parts[@]} -gt 0 ]; do
        code=0
        wait -n -p group "${!parts[@]}" || code=$?
        part=${parts[$group]}
        unset "parts[$group]"
        echo "== ${part//_/ }: ended with $code after $((SECONDS - began)) s"
        cat "$folder/$part"
        [ "$code" -eq 0 ] || failed+=" ${part//_/ },"
    done
    rm -rf "$folder"
    [ -z "$failed" ] || { echo "FAILED:${failed%,}" >&2; return 1; }
}

# end_together: ends what is still under way; for a script that is ended itself.
end_together() {
    local group
    for group in "${!parts[@]}"; do kill -INT -- "-$group" 2>/dev/null || true; done
    wait
}
