/// Writes families in one of the two formats.
package enum Exposition {
    /// The whole exposition, families sorted by the name in their metadata, series by their labels' values.
    ///
    /// Two families of the same name are a programmer's mistake, which stops a debug build; a release build writes the first.
    /// - Parameter names: only families that have one of these names in either format, or a sample that has; nil for all.
    package static func render(
        _ families: [any MetricFamily], format: ExpositionFormat, names: Set<String>? = nil
    ) -> [UInt8] {
        let chosen = families.filter { family in names.map { isNamed(family.descriptor, $0) } ?? true }
        let sorted = withoutDoubles(chosen.map { ($0.descriptor.name(in: format), $0) })
        var writer = SampleWriter(format: format, capacity: sizeLimit(sorted))
        for family in sorted {
            writer.metadata(family.descriptor)
            family.writeSamples(&writer)
        }
        writer.end()
        return writer.buffer.bytes
    }

    /// How many bytes the exposition takes at most, so that one allocation serves.
    static func sizeLimit(_ families: [any MetricFamily]) -> Int {
        families.reduce("# EOF\n".utf8.count) { $0 + SampleWriter.sizeLimit($1.descriptor) + $1.samplesSizeLimit }
    }

    private static func isNamed(_ descriptor: MetricDescriptor, _ names: Set<String>) -> Bool {
        names.contains(descriptor.name) || names.contains(descriptor.familyName)
            || descriptor.sampleNames.contains(where: names.contains)
    }

    private static func withoutDoubles(_ families: [(name: String, family: any MetricFamily)]) -> [any MetricFamily] {
        var last: String?
        // Swift's sort is stable, so that the first of two is the one that came first.
        return families.sorted { $0.name < $1.name }.compactMap { name, family in
            guard name != last else {
                assertionFailure("two families are called \(name)")
                return nil
            }
            last = name
            return family
        }
    }
}
