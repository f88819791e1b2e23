import ArgumentParser
import CMalloc
import Glibc

/// Where the program begins: it parses, runs the command, and turns what happened into an exit code.
@main
enum Entry {
    static func main() async {
        // A reader of the output that goes away is no reason to die in the middle of a sweep.
        signal(SIGPIPE, SIG_IGN)
        // Work goes from thread to thread, and an arena of its own for each keeps tens of megabytes that nobody uses any more.
        mallopt(M_ARENA_MAX, 2)
        do {
            var command = try Jobsweep.parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch let failure as Failure {
            Console.notice("jobsweep: \(failure.message)")
            exit(failure.status.rawValue)
        } catch let code as ExitCode {
            exit(code.rawValue)
        } catch {
            let isHelp = Jobsweep.exitCode(for: error).isSuccess
            let message = Jobsweep.fullMessage(for: error)
            if isHelp { Console.result(message) } else { Console.notice(message) }
            exit(isHelp ? ExitStatus.done.rawValue : ExitStatus.misuse.rawValue)
        }
    }
}
