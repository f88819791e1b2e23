import ArgumentParser
import CGlibc
import Glibc
import Sidecar

/// Where the program begins: it parses, runs the command, and turns what happened into an exit code.
@main
enum Entry {
    static func main() async {
        // A reader of the output that goes away is no reason to die in the middle of a sweep.
        signal(SIGPIPE, SIG_IGN)
        // Work goes from thread to thread: with more arenas than one, each keeps as much free memory as the page cache ever took.
        mallopt(M_ARENA_MAX, 1)
        do {
            var command = try Jobsweep.parseAsRoot()
            // Linking and parsing are over: without this, the peak of the process is its start.
            ResidentMemory.release()
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
