/// Writes the lines of an exposition.
package struct SampleWriter {
    private(set) var buffer: TextBuffer
    let format: ExpositionFormat

    init(format: ExpositionFormat, capacity: Int) {
        self.format = format
        buffer = TextBuffer(capacity: capacity)
    }

    /// The family's help, type and, in OpenMetrics, unit.
    mutating func metadata(_ descriptor: MetricDescriptor) {
        let name = descriptor.name(in: format)
        switch format {
        case .text:
            line("HELP", name, descriptor.help)
            line("TYPE", name, descriptor.kind.typeName(in: format))
        case .openMetrics:
            // "The ordering SHOULD be TYPE, UNIT, HELP."
            line("TYPE", name, descriptor.kind.typeName(in: format))
            if let unit = descriptor.unit { line("UNIT", name, unit) }
            line("HELP", name, descriptor.help)
        }
    }

    /// - Parameter bound: the upper bound of a histogram's bucket.
    mutating func sample(
        _ name: String, _ ending: StaticString = "", labels: LabelSet, bound: String? = nil, value: Double
    ) {
        buffer.append(name)
        buffer.append(ending)
        if !labels.text.isEmpty || bound != nil {
            buffer.append(UInt8(ascii: "{"))
            buffer.append(labels.text)
            if let bound {
                if !labels.text.isEmpty { buffer.append(UInt8(ascii: ",")) }
                buffer.append("le=\"" as StaticString)
                buffer.append(bound)
                buffer.append(UInt8(ascii: "\""))
            }
            buffer.append(UInt8(ascii: "}"))
        }
        buffer.append(UInt8(ascii: " "))
        buffer.append(value)
        buffer.append(UInt8(ascii: "\n"))
    }

    /// Ends the exposition.
    mutating func end() {
        if format == .openMetrics { buffer.append("# EOF\n" as StaticString) }
    }

    /// How many bytes `metadata` takes at most.
    static func sizeLimit(_ descriptor: MetricDescriptor) -> Int {
        // Three lines, each with a keyword; of the help every byte may need a backslash.
        3 * ("# HELP  \n".utf8.count + descriptor.name.utf8.count) + "histogram".utf8.count + "seconds".utf8.count
            + 2 * descriptor.help.utf8.count
    }

    /// How many bytes one `sample` takes at most.
    static func sizeLimit(_ descriptor: MetricDescriptor, _ labels: LabelSet) -> Int {
        let numbers =
            switch descriptor.kind {
            case .histogram: NumberText.longest + "_bucket{,le=\"\"} \n".utf8.count + NumberText.longest
            case .counter, .gauge, .info: "{} \n".utf8.count + NumberText.longest
            }
        return descriptor.name.utf8.count + labels.text.count + numbers
    }

    private mutating func line(_ keyword: StaticString, _ name: String, _ text: String) {
        buffer.append("# " as StaticString)
        buffer.append(keyword)
        buffer.append(UInt8(ascii: " "))
        buffer.append(name)
        buffer.append(UInt8(ascii: " "))
        buffer.appendHelp(text, format)
        buffer.append(UInt8(ascii: "\n"))
    }
}
