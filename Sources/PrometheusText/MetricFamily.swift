/// A metric with its series, ready to be written. Families are values: whoever has a copy has a consistent snapshot.
package protocol MetricFamily: Sendable {
    var descriptor: MetricDescriptor { get }

    /// How many bytes the samples take at most.
    var samplesSizeLimit: Int { get }

    /// Writes the samples, each on a line of its own.
    func writeSamples(_ writer: inout SampleWriter)
}
