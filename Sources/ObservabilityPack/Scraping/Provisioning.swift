/// Grafana's provisioning files.
package enum Provisioning {
    /// The directory in which Grafana looks for the dashboards' files.
    static let dashboardPath = "/var/lib/grafana/dashboards/jobsweep"

    /// What the data source is called where Grafana is provisioned with it.
    static let datasourceName = "Prometheus for jobsweep"

    /// `provisioning/datasources/jobsweep.yml`: Prometheus under the uid that the dashboards select at first.
    package static func datasource(_ options: PackOptions) -> String {
        """
        # Tells Grafana where Prometheus is. Copy to /etc/grafana/provisioning/datasources/, unless Grafana knows your
        # Prometheus already: the dashboards let you choose the data source. It isn't the default one, and has a name of
        # its own: a second default keeps Grafana from starting.
        #
        # \(PackFiles.notice)
        apiVersion: 1
        datasources:
          - name: \(datasourceName)
            type: prometheus
            uid: \(YAML.scalar(options.datasourceUID))
            access: proxy
            url: \(YAML.scalar(options.prometheusURL))
            isDefault: false
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
