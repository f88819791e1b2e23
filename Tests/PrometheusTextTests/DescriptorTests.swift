import PrometheusText
import Testing

@Suite("Descriptors")
struct DescriptorTests {
    @Test func wrongNamesAreProgrammersMistakes() async {
        await #expect(processExitsWith: .failure) {
            _ = MetricDescriptor(name: "1st", kind: .gauge, help: "")
        }
        await #expect(processExitsWith: .failure) {
            _ = MetricDescriptor(name: "t", kind: .counter, help: "")
        }
        await #expect(processExitsWith: .failure) {
            _ = MetricLabel(name: "__name__")
        }
        await #expect(processExitsWith: .failure) {
            _ = MetricDescriptor(name: "t", kind: .histogram(buckets: [1, 1]), help: "")
        }
    }
}
