import PlayheadWorkbench
import SampleDomain

Playhead.run(domains: try SampleDomains.all(), sample: .orders)
