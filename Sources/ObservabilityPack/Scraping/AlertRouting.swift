/// An example configuration for Alertmanager 0.25 and later.
package enum AlertRouting {
    /// `alertmanager.yml`: routes by severity, inhibitions, and a dead man's switch.
    package static func alertmanager(_ options: PackOptions) -> String {
        let severities = options.severities
        return """
            # An Alertmanager for jobsweep's alerts, as an example: the receivers' addresses are yours to fill in.
            #
            # \(PackFiles.notice)
            route:
              receiver: chat
              group_by: [alertname, job, instance]
              group_wait: 30s
              group_interval: 5m
              repeat_interval: 12h
              routes:
                # Watchdog always fires. The dead man's switch raises the alarm when it stops hearing of it.
                - matchers: [\(matcher("alertname", "=", AlertName.watchdog.rawValue))]
                  receiver: dead-mans-switch
                  group_wait: 0s
                  group_interval: 1m
                  repeat_interval: 1m
                # Cleanup has stopped: somebody is to look now.
                - matchers: [\(matcher("alertname", "=~", "Jobsweep.+")), \(matcher("severity", "=", severities.critical))]
                  receiver: pager
                  group_wait: 10s
                  repeat_interval: 4h
                # Everything else of jobsweep waits until morning.
                - matchers: [\(matcher("alertname", "=~", "Jobsweep.+"))]
                  receiver: chat

            # One fault, one message: an alert that explains others keeps them quiet on the same instance.
            inhibit_rules:
            \(AlertInhibition.all.map(inhibition).joined(separator: "\n"))

            receivers:
              - name: pager
                webhook_configs:
                  - url: http://127.0.0.1:9094/pager
                    send_resolved: true
              - name: chat
                webhook_configs:
                  - url: http://127.0.0.1:9094/chat
                    send_resolved: true
              - name: dead-mans-switch
                webhook_configs:
                  - url: http://127.0.0.1:9094/dead-mans-switch
                    send_resolved: false

            """
    }

    private static func inhibition(_ inhibition: AlertInhibition) -> String {
        """
          # \(inhibition.reason)
          - source_matchers: [\(matcher("alertname", "=", inhibition.source.rawValue))]
            target_matchers: [\(inhibition.targetMatchers.map { matcher($0.name, $0.comparison, $0.value) }.joined(separator: ", "))]
            equal: [job, instance]
        """
    }

    /// A matcher as Alertmanager reads it, in single quotes for YAML.
    private static func matcher(_ name: String, _ comparison: String, _ value: String) -> String {
        let text = "\(name)\(comparison)\"\(PromQL.escape(value))\""
        return "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
    }
}
