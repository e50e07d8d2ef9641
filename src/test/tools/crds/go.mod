// Whose custom resources the chart's test applies. Nothing of it is built: setup.sh takes the
// manifests out of the module that go.sum pins.
module tidecaster.io/e2e/crds

go 1.26.0

require github.com/prometheus-operator/prometheus-operator v0.85.0
