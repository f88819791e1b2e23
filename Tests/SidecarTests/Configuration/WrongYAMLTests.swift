import Testing

/// Texts that are not YAML, and YAML that no configuration is written in.
@Suite struct WrongYAMLTests {
    static let files = [
        WrongFile(
            "schedule: {}\r\nstate: /a\r\nlog: {}\r\nstate: /b\r\n",
            "4: state: is there twice; the first is on line 2"),
        WrongFile(
            """
            schedule:
              cron: */5 * * * *
            """,
            "2: the file is not YAML: while scanning an alias that begins on line 2: did not find expected "
                + "alphabetic or numeric character (a value that begins with * goes in quotes)"),
        WrongFile(
            """
            [a]: 1
            [a]: 2
            """,
            "1: a key must be a plain word",
            "2: a key must be a plain word"),
        WrongFile(
            """
            state: /a
            state: [
            """,
            "3: the file is not YAML: while parsing a flow node that begins on line 3: did not find expected node "
                + "content"),
        WrongFile(
            """
            schedule: {every: 30m
            operations: {}
            """,
            "2: the file is not YAML: while parsing a flow mapping that begins on line 1: did not find expected "
                + "',' or '}'"),
        WrongFile(
            """
            schedule:
            \tevery: 30m
            """,
            "2: the file is not YAML: found character that cannot start any token (indent with spaces; there is a "
                + "tab)"),
        WrongFile(
            """
            schedule:
              every: 30m
             every: 3m
            """,
            "3: the file is not YAML: while parsing a block mapping that begins on line 1: did not find expected key"),
        WrongFile(
            """
            - schedule
            - operations
            """,
            "1: the file holds a list where it should hold settings, such as 'database: /data/app.db'"),
        WrongFile(
            "just text\n",
            "1: the file holds 'just text' where it should hold settings, such as 'database: /data/app.db'"),
        WrongFile(
            "12\n",
            "1: the file holds '12' where it should hold settings, such as 'database: /data/app.db'"),
        WrongFile(
            "~\n",
            "1: the file holds '~' where it should hold settings, such as 'database: /data/app.db'"),
        WrongFile(
            "state: a\0b\n",
            "1: the file is not text that YAML allows: control characters are not allowed"),
        WrongFile(
            """
            state: /a
            ---
            state: /b
            """,
            "2: a second document begins here; a configuration is one"),
        WrongFile(
            "state: *nope\n",
            "1: the file is not YAML: found undefined alias"),
        WrongFile(
            """
            schedule: &s {every: 3m}
            <<: *s
            """,
            "1: &s: anchors and aliases are not taken; write the value where it belongs",
            "2: <<: merge keys are not taken; write the keys where they belong"),
        WrongFile(
            "<<: {state: /a}\n",
            "1: <<: merge keys are not taken; write the keys where they belong"),
        WrongFile(
            "state: !path /a\n",
            "1: !path: tags are not taken; write the value alone"),
        WrongFile(
            """
            ? [a, b]
            : 1
            """,
            "1: a key must be a plain word"),
        WrongFile(
            """
            schedule:
              every: !interval 3m
            """,
            "2: !interval: tags are not taken; write the value alone"),
        WrongFile(
            "schedule: \"every: 30m\n",
            "2: the file is not YAML: while scanning a quoted scalar that begins on line 1: found unexpected end "
                + "of stream"),
        WrongFile(
            """
            %YAML 3.0
            ---
            state: /a
            """,
            "1: the file is not YAML: found incompatible YAML document"),
        WrongFile(
            """
            state: /a
            ...
            state: /b
            """,
            "3: the file is not YAML: did not find expected <document start>"),
        WrongFile(
            "a: b: c\n",
            "1: the file is not YAML: mapping values are not allowed in this context"),
        WrongFile(
            "database: @app\n",
            "1: the file is not YAML: found character that cannot start any token"),
    ]

    @Test(arguments: files) func saysWhatIsWrong(_ wrong: WrongFile) {
        #expect(Loading(wrong.file).problems == wrong.messages)
    }
}
