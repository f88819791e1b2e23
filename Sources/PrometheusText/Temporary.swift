package struct MetricLabel: Sendable { package let name: String; package let values: [String]?
  package init(name: String, values: [String]?) { self.name = name; self.values = values } }
package struct MetricDescriptor: Sendable {
  package enum Kind: Sendable { case counter, gauge, info, histogram(buckets: [Double]) }
  package let name: String; package let kind: Kind; package let help: String; package let labels: [MetricLabel]
  package init(name: String, kind: Kind, help: String, labels: [MetricLabel] = []) { self.name = name; self.kind = kind; self.help = help; self.labels = labels }
}
package protocol MetricFamily: Sendable { func render() -> String; var name: String { get } }
func all(_ d: MetricDescriptor) -> [[String]] { d.labels.reduce([[]]) { acc, l in acc.flatMap { a in (l.values ?? []).map { a + [$0] } } } }
func lab(_ d: MetricDescriptor, _ v: [String], _ extra: String = "") -> String {
  var p = zip(d.labels, v).map { "\($0.name)=\"\($1)\"" }; if !extra.isEmpty { p.append(extra) }
  return p.isEmpty ? "" : "{" + p.joined(separator: ",") + "}" }
func num(_ x: Double) -> String { x == x.rounded() && abs(x) < 1e15 ? String(Int(x)) : (x == .infinity ? "+Inf" : String(x)) }
package struct CounterFamily: MetricFamily { let d: MetricDescriptor; var v: [[String]: Double] = [:]
  package var name: String { d.name }
  package init(_ d: MetricDescriptor) { self.d = d; for k in all(d) { v[k] = 0 } }
  package mutating func setTotal(_ x: Double, labels: [String] = []) { v[labels] = x }
  package func render() -> String { "# HELP \(d.name) \(d.help)\n# TYPE \(d.name) counter\n" + v.map { "\(d.name)\(lab(d, $0.key)) \(num($0.value))\n" }.sorted().joined() } }
package struct GaugeFamily: MetricFamily { let d: MetricDescriptor; var v: [[String]: Double] = [:]
  package var name: String { d.name }
  package init(_ d: MetricDescriptor) { self.d = d; for k in all(d) { v[k] = 0 } }
  package mutating func set(_ x: Double, labels: [String] = []) { v[labels] = x }
  package func render() -> String { "# HELP \(d.name) \(d.help)\n# TYPE \(d.name) gauge\n" + v.map { "\(d.name)\(lab(d, $0.key)) \(num($0.value))\n" }.sorted().joined() } }
package struct HistogramFamily: MetricFamily { let d: MetricDescriptor; var c: [Int] = []; var s = 0.0
  package var name: String { d.name }
  package init(_ d: MetricDescriptor) { self.d = d }
  package mutating func restore(counts: [Int], sum: Double) { c = counts; s = sum }
  package func render() -> String { guard case .histogram(let b) = d.kind else { return "" }
    var o = "# HELP \(d.name) \(d.help)\n# TYPE \(d.name) histogram\n"; var t = 0
    for (i, x) in (b + [.infinity]).enumerated() { t += c[i]; o += "\(d.name)_bucket{le=\"\(num(x))\"} \(t)\n" }
    return o + "\(d.name)_sum \(num(s))\n\(d.name)_count \(t)\n" } }
package enum ExpositionFormat: Hashable, Sendable { case text
  package static func negotiate(accept: String?) -> ExpositionFormat { .text }
  package var contentType: String { "text/plain; version=0.0.4; charset=utf-8" } }
package enum Exposition { package static func render(_ f: [any MetricFamily], format: ExpositionFormat, names: Set<String>? = nil) -> [UInt8] {
  Array(f.filter { names?.contains($0.name) ?? true }.sorted { $0.name < $1.name }.map { $0.render() }.joined().utf8) } }
