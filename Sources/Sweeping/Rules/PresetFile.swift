/// A preset's file, as it is embedded in the program.
package struct PresetFile: Sendable {
    package let name: String
    private let bytes: [UInt8]

    private init(_ name: String, _ bytes: [UInt8]) {
        self.name = name
        self.bytes = bytes
    }

    package var text: String { String(decoding: bytes, as: UTF8.self) }

    /// By name.
    package static let all: [PresetFile] = [
        PresetFile("airflow", PackageResources.airflow_yml),
        PresetFile("dagster", PackageResources.dagster_yml),
        PresetFile("django_celery_results", PackageResources.django_celery_results_yml),
        PresetFile("django_q", PackageResources.django_q_yml),
        PresetFile("good_job", PackageResources.good_job_yml),
        PresetFile("laravel", PackageResources.laravel_yml),
        PresetFile("n8n", PackageResources.n8n_yml),
        PresetFile("oban", PackageResources.oban_yml),
        PresetFile("paperless", PackageResources.paperless_yml),
        PresetFile("prefect", PackageResources.prefect_yml),
        PresetFile("river", PackageResources.river_yml),
        PresetFile("solid_queue", PackageResources.solid_queue_yml),
        PresetFile("stashhog", PackageResources.stashhog_yml),
        PresetFile("uptime_kuma", PackageResources.uptime_kuma_yml),
    ]

    /// Applications that are left alone.
    package static let refused = PresetFile("refused", PackageResources.refused_yml)
}
