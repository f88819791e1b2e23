import Testing

/// Names, words, paths and addresses that can't be.
@Suite struct WrongNamesTests {
    static let files = [
        WrongFile(
            """
            tables:
              jobs:
                table: ''
            """,
            "3: tables.jobs.table: is empty; write the name of a table or column"),
        WrongFile(
            """
            tables:
              jobs:
                table: 12
            """,
            "3: tables.jobs.table: '12' is a number; put it in quotes if it is meant"),
        WrongFile(
            """
            tables:
              jobs:
                table: no
            """,
            "3: tables.jobs.table: 'no' is a boolean; put it in quotes if it is meant"),
        WrongFile(
            """
            tables:
              jobs:
                table: sqlite_master
            """,
            "3: tables.jobs.table: 'sqlite_master' is one of SQLite's own tables"),
        WrongFile(
            """
            tables:
              jobs:
                table: "a\\0b"
            """,
            "3: tables.jobs.table: 'a\\u{0}b' has a control character in it"),
        WrongFile(
            """
            tables:
              jobs:
                table: handled_downloads
            """,
            "3: tables.jobs.table: 'handled_downloads' is tables.downloads.table already"),
        WrongFile(
            """
            tables:
              jobs:
                status: TYPE
            """,
            "3: tables.jobs.status: 'TYPE' is tables.jobs.type already"),
        WrongFile(
            """
            tables:
              jobs:
                created_at: id
            """,
            "3: tables.jobs.created_at: 'id' is tables.jobs.id already"),
        WrongFile(
            "log: {level: loud}\n",
            "1: log.level: 'loud' is unknown; write trace, debug, info, notice, warning, error or critical"),
        WrongFile(
            "log: {level: INFO}\n",
            "1: log.level: 'INFO' is unknown; did you mean 'info'?"),
        WrongFile(
            "log: {level: warn}\n",
            "1: log.level: 'warn' is unknown; write trace, debug, info, notice, warning, error or critical"),
        WrongFile(
            "log: {format: xml}\n",
            "1: log.format: 'xml' is unknown; write text or json"),
        WrongFile(
            "web: {listen_address: []}\n",
            "1: web.listen_address: is empty; write a list of addresses such as 127.0.0.1:9745, or leave the key out"),
        WrongFile(
            "web: {listen_address: [':9745', 'x:99999']}\n",
            "1: web.listen_address: 'x:99999' is not an address to listen on: the port is not a number from 0 to "
                + "65535"),
        WrongFile(
            "web: {config_file: /etc/}\n",
            "1: web.config_file: '/etc/' is a directory; write the path of a file"),
        WrongFile(
            """
            tables:
              plans:
                updated_at: STATUS
            """,
            "3: tables.plans.updated_at: 'STATUS' is tables.plans.status already"),
        WrongFile(
            """
            tables:
              downloads: {timestamp: id}
            """,
            "2: tables.downloads.timestamp: 'id' is tables.downloads.id already"),
        WrongFile(
            """
            tables:
              jobs:
                started_at: error
            """,
            "3: tables.jobs.started_at: 'error' is tables.jobs.error already"),
        WrongFile(
            """
            web:
              listen_address: ::1:9745
            """,
            "2: web.listen_address: '::1:9745' is not an address to listen on: an IPv6 address stands in brackets, "
                + "such as [::1]:9745"),
        WrongFile(
            """
            web:
              listen_address:
              - :1
              - :1
            """,
            "4: web.listen_address: \":1\" is there twice"),
    ]

    @Test(arguments: files) func saysWhatIsWrong(_ wrong: WrongFile) {
        #expect(Loading(wrong.file).problems == wrong.messages)
    }
}
