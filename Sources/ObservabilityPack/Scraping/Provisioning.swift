/// Grafana's provisioning files.
package enum Provisioning {
    /// The directory in which Grafana looks for the dashboards' files.
    static let dashboardPath = "/var/lib/grafana/dashboards/jobsweep"

    /// `provisioning/datasources/jobsweep.yml`: Prometheus under the uid that the dashboards select at first.
    package static func datasource(_ options: PackOptions) -> String {
        """
        # Tells Grafana where Prometheus is. Copy to /etc/grafana/provisioning/datasources/, unless Grafana knows your
        # Prometheus already: the dashboards let you choose the data source.
        #
        # \(PackFiles.notice)
        apiVersion: 1
        datasources:
          - name: Prometheus
            type: prometheus
            uid: \(YAML.scalar(options.datasourceUID))
            access: proxy
            url: \(YAML.scalar(options.prometheusURL))
            isDefault: true
            jsonData:
              httpMethod: POST
              # The scrape interval: $__rate_interval is four of them at least.
              timeInterval: 30s

        """
    }

    /// `provisioning/dashboards/jobsweep.yml`: a folder that Grafana fills from files.
    package static func dashboards() -> String {
        """
        # Tells Grafana to load the dashboards from files. Copy to /etc/grafana/provisioning/dashboards/, and the files of
        # grafana/dashboards/ to the path below.
        #
        # \(PackFiles.notice)
        apiVersion: 1
        providers:
          - name: jobsweep
            folder: jobsweep
            type: file
            disableDeletion: false
            allowUiUpdates: false
            updateIntervalSeconds: 30
            options:
              path: \(dashboardPath)

        """
    }
}
