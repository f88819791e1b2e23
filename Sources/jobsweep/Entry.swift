import ArgumentParser
import CGlibc
import Glibc
import Sidecar

/// Where the program begins: it parses, runs the command, and turns what happened into an exit code.
@main
enum Entry {
    static func main() async {
        Console.fillStandardDescriptors()
        // A reader of the output that goes away is no reason to die in the middle of a sweep.
        signal(SIGPIPE, SIG_IGN)
        // Work goes from thread to thread: with more arenas than one, each keeps as much free memory as the page cache ever took.
        mallopt(M_ARENA_MAX, 1)
        // What holds a long value goes back to the kernel with it. By itself, glibc keeps as much as ever was given back at once.
        mallopt(M_MMAP_THRESHOLD, 1 << 20)
        let status = await status()
        LineQueue.standardError.flush()
        exit(status)
    }

    private static func status() async -> Int32 {
        do {
            let status = try await run()
            try Console.closeResult()
            return status
        } catch let failure as Failure {
            Console.notice("jobsweep: \(failure.message)")
            return failure.status.rawValue
        } catch {
            // Only `Console` throws past `run`, and it throws failures.
            Console.notice("jobsweep: \(error)")
            return ExitStatus.failed.rawValue
        }
    }

    private static func run() async throws -> Int32 {
        do {
            var command = try Jobsweep.parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
            return ExitStatus.done.rawValue
        } catch let failure as Failure {
            throw failure
        } catch let code as ExitCode {
            return code.rawValue
        } catch {
            let message = Jobsweep.fullMessage(for: error)
            guard Jobsweep.exitCode(for: error).isSuccess else {
                Console.notice(message)
                return ExitStatus.misuse.rawValue
            }
            try Console.result(message)
            return ExitStatus.done.rawValue
        }
    }
}
