import Testing

/// Databases that jobsweep can't work on.
@Suite struct WrongDatabasesTests {
    static let files = [
        WrongFile(
            "database: postgresql://user:secret@localhost:70000/app\n",
            "1: database: 'postgresql://user:***@localhost:70000/app' has the port '70000', which is none"),
        WrongFile(
            "database: postgresql://localhost/app?sslmoed=require\n",
            "1: database: 'postgresql://localhost/app?***': PostgreSQL has no option 'sslmoed'; did you mean 'sslmode'?"
        ),
        WrongFile(
            "database: postgresql://localhost/app?options=-csearch_path%3Dx\n",
            "1: database: 'postgresql://localhost/app?***': jobsweep sends no options, since poolers refuse them; give "
                + "the role its settings with ALTER ROLE"),
        WrongFile(
            "database: postgresql://localhost/app?sslmode\n",
            "1: database: 'postgresql://localhost/app?***': the option 'sslmode' has no value"),
        WrongFile(
            "database: postgresql://[::1/app\n",
            "1: database: 'postgresql://[::1/app' has a bracket that isn't closed"),
        WrongFile(
            "database: ''\n",
            "1: database: is empty; write a path"),
        WrongFile(
            "database: ':memory:'\n",
            "1: database: ':memory:' is a database that no other program can see; write the path of a file"),
        WrongFile(
            "database: sqlite:///./app.db\n",
            "1: database: 'sqlite:///./app.db' is relative, which a URL can't be; write the path alone, such as "
                + "./app.db"),
        WrongFile(
            "database: sqlite://host/app.db\n",
            "1: database: 'sqlite://host/app.db' names a host, but SQLite is a file on this one; write its path alone"),
        WrongFile(
            "database: sqlite:app.db\n",
            "1: database: 'sqlite:app.db' is not a URL of a database; write the path alone"),
        WrongFile(
            "database: sqlite:////data/app.db?mode=ro\n",
            "1: database: 'sqlite:////data/app.db?***' carries options, which jobsweep doesn't take; write the "
                + "path alone"),
        WrongFile(
            "database: file:/data/app.db\n",
            "1: database: 'file:/data/app.db' is a URI of SQLite's own; write the path alone"),
        WrongFile(
            "database: sqlite://\n",
            "1: database: 'sqlite://' is a database in memory, which no other program can see; write the path of a "
                + "file"),
        WrongFile(
            "database: sqlite:///\n",
            "1: database: 'sqlite:///' is a database in memory, which no other program can see; write the path of "
                + "a file"),
        WrongFile(
            "database: mysql://localhost/app\n",
            "1: database: 'mysql://localhost/app' is neither a SQLite database nor one of PostgreSQL; write the "
                + "path of the file, or postgresql://HOST/DATABASE"),
        WrongFile(
            "database: ~/app.db\n",
            "1: database: '~/app.db' begins with ~, which only a shell understands; write the path out"),
        WrongFile(
            "database: /data/\n",
            "1: database: '/data/' is a directory; write the path of a file"),
        WrongFile(
            "database: 12\n",
            "1: database: '12' is a number; put it in quotes if it is meant"),
        WrongFile(
            "database: /data/app.db?mode=ro\n",
            "1: database: '/data/app.db?mode=ro' carries options, which jobsweep doesn't take; write the path alone"),
        WrongFile(
            "database: sqlite:///data/my%20app.db\n",
            "1: database: 'sqlite:///data/my%20app.db' has a percent escape, which some programs read and others "
                + "don't; write the path alone"),
        WrongFile(
            "database: postgresql+asyncpg://localhost/100%\n",
            "1: database: 'postgresql+asyncpg://localhost/100%' has a percent sign that no escape follows; write %25 "
                + "for the sign itself"),
        WrongFile(
            "database: sqlite+aiosqlite:///../app.db\n",
            "1: database: 'sqlite+aiosqlite:///../app.db' is relative, which a URL can't be; write the path alone, "
                + "such as ../app.db"),
        WrongFile(
            "database: http://localhost/app.db\n",
            "1: database: 'http://localhost/app.db' is neither a SQLite database nor one of PostgreSQL; write "
                + "the path of the file, or postgresql://HOST/DATABASE"),
        WrongFile(
            "database: /data/..\n",
            "1: database: '/data/..' is a directory; write the path of a file"),
        WrongFile(
            "database: [a.db]\n",
            "1: database: wants the path of a database, not a list"),
        WrongFile(
            "database:\n",
            "1: database: has no value; give one or leave the key out"),
    ]

    @Test(arguments: files) func saysWhatIsWrong(_ wrong: WrongFile) {
        #expect(Loading(wrong.file).problems == wrong.messages)
    }
}
