/// A configuration for Prometheus 2.42 and later, 3.x included.
package enum ScrapeConfig {
    /// `prometheus.yml`: a scrape job for the sidecars, the rule files and Alertmanager.
    package static func prometheus(_ options: PackOptions) -> String {
        """
        # A Prometheus that watches jobsweep. Start it in this directory:
        #   prometheus --config.file=prometheus.yml
        # To add jobsweep to a Prometheus that you have, copy the entry under scrape_configs and the rule files.
        #
        # \(PackFiles.notice)
        global:
          scrape_interval: 30s
          scrape_timeout: 10s
          evaluation_interval: 30s

        rule_files:
          - rules/*.yml

        alerting:
          alertmanagers:
            - static_configs:
                - targets: [\(YAML.scalar(options.alertmanager))]

        scrape_configs:
          - job_name: \(YAML.scalar(options.jobName))
            # One scrape reads a snapshot from memory and takes milliseconds. An interval above 1m makes the estimate of the
            # sidecar's clock impossible.
            scrape_interval: 30s
            scrape_timeout: 10s
            # With users in the sidecar's --web.config.file:
            # basic_auth:
            #   username: prometheus
            #   password_file: /etc/prometheus/jobsweep.password
            # With a certificate there:
            # scheme: https
            # tls_config:
            #   ca_file: /etc/prometheus/jobsweep-ca.pem
            #   # With client_auth_type: RequireAndVerifyClientCert:
            #   cert_file: /etc/prometheus/jobsweep-client.pem
            #   key_file: /etc/prometheus/jobsweep-client.key
            static_configs:
              - targets: [\(options.targets.map(YAML.scalar).joined(separator: ", "))]

        """ + labels(options)
    }

    /// Labels that make the targets fit the user's selector, as far as equality says which they are.
    private static func labels(_ options: PackOptions) -> String {
        let fixed = options.labelMatchers.filter { $0.comparison == .equal && !$0.value.isEmpty }
        guard !fixed.isEmpty else { return "" }
        let margin = String(repeating: " ", count: 8)
        return "\(margin)labels:\n"
            + fixed.map { "\(margin)  \(YAML.scalar($0.name)): \(YAML.scalar($0.value))\n" }.joined()
    }
}
