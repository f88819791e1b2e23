/// A metric with its series, ready to be written. Families are values: whoever has a copy has a consistent snapshot.
package protocol MetricFamily: Sendable {
    var descriptor: MetricDescriptor { get }

    /// Writes the samples, each on a line of its own.
    func writeSamples(_ writer: inout SampleWriter)
}

/// Writes sample lines of one family.
package struct SampleWriter {
    var buffer: TextBuffer
    let format: ExpositionFormat

    mutating func sample(_ name: String, _ suffix: StaticString, labels: [UInt8], bound: String? = nil, value: Double) {
        buffer.append(name)
        buffer.append(suffix)
        if !labels.isEmpty || bound != nil {
            buffer.append("{" as StaticString)
            buffer.append(labels)
            if let bound {
                if !labels.isEmpty { buffer.append("," as StaticString) }
                buffer.append("le=\"" as StaticString)
                buffer.append(bound)
                buffer.append("\"" as StaticString)
            }
            buffer.append("}" as StaticString)
        }
        buffer.append(" " as StaticString)
        buffer.append(value)
        buffer.append("\n" as StaticString)
    }
}
