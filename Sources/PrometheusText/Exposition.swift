/// Writes families in one of the two formats.
package enum Exposition {
    /// About what the sidecar's own metrics take: one allocation serves most renderings.
    private static let usualSize = 24 * 1024

    /// The whole exposition, families sorted by name.
    /// - Parameter names: only families with one of these names, or with a sample of one; nil for all.
    package static func render(
        _ families: [any MetricFamily], format: ExpositionFormat, names: Set<String>? = nil
    ) -> [UInt8] {
        var writer = SampleWriter(buffer: TextBuffer(capacity: usualSize), format: format)
        let chosen = families.filter { family in names.map { isNamed(family.descriptor, $0) } ?? true }
        for family in chosen.sorted(by: { $0.descriptor.name < $1.descriptor.name }) {
            writeMetadata(family.descriptor, &writer)
            family.writeSamples(&writer)
        }
        if format == .openMetrics { writer.buffer.append("# EOF\n" as StaticString) }
        return writer.buffer.bytes
    }

    private static func isNamed(_ descriptor: MetricDescriptor, _ names: Set<String>) -> Bool {
        if names.contains(descriptor.name) { return true }
        switch descriptor.kind {
        case .histogram: return ["_bucket", "_sum", "_count"].contains { names.contains(descriptor.name + $0) }
        case .counter, .info: return names.contains(familyName(descriptor))
        case .gauge: return false
        }
    }

    private static func writeMetadata(_ descriptor: MetricDescriptor, _ writer: inout SampleWriter) {
        let name = writer.format == .openMetrics ? familyName(descriptor) : descriptor.name
        writer.buffer.append("# HELP " as StaticString)
        writer.buffer.append(name)
        writer.buffer.append(" " as StaticString)
        writer.buffer.appendHelp(descriptor.help, writer.format)
        writer.buffer.append("\n# TYPE " as StaticString)
        writer.buffer.append(name)
        writer.buffer.append(" " as StaticString)
        writer.buffer.append(type(descriptor.kind, writer.format))
        writer.buffer.append("\n" as StaticString)
    }

    /// OpenMetrics names counters and infos without the ending that their samples have.
    private static func familyName(_ descriptor: MetricDescriptor) -> String {
        switch descriptor.kind {
        case .counter: String(descriptor.name.dropLast("_total".count))
        case .info: String(descriptor.name.dropLast("_info".count))
        case .gauge, .histogram: descriptor.name
        }
    }

    private static func type(_ kind: MetricDescriptor.Kind, _ format: ExpositionFormat) -> StaticString {
        switch kind {
        case .counter: "counter"
        case .gauge: "gauge"
        case .histogram: "histogram"
        // The text format has no infos; by convention they are gauges there.
        case .info: format == .openMetrics ? "info" : "gauge"
        }
    }
}
