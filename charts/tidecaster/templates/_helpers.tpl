{{- define "tidecaster.name" -}}
{{- if contains "tidecaster" .Release.Name }}{{ .Release.Name | trunc 50 | trimSuffix "-" }}{{ else }}{{ printf "%s-tidecaster" (.Release.Name | trunc 39 | trimSuffix "-") }}{{ end }}
{{- end }}

{{- define "tidecaster.serviceAccount" -}}
{{- .Values.serviceAccount.name | default (ternary (include "tidecaster.name" .) "default" .Values.serviceAccount.create) }}
{{- end }}

{{- define "tidecaster.selector" -}}
app.kubernetes.io/name: tidecaster
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "tidecaster.labels" -}}
{{ include "tidecaster.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/part-of: tidecaster
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{- define "tidecaster.image" -}}
{{- with .Values.image -}}
{{- if .digest }}{{ printf "%s@%s" .repository .digest }}{{ else }}{{ printf "%s:%s" .repository (.tag | default $.Chart.AppVersion) }}{{ end }}
{{- end -}}
{{- end }}

{{- define "tidecaster.watched" -}}
{{- .Values.watchNamespace | default .Release.Namespace }}
{{- end }}

{{- define "tidecaster.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: [ALL]}
{{- end }}

{{- define "tidecaster.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
seccompProfile: {type: RuntimeDefault}
{{- end }}

{{- define "tidecaster.releaseHook" -}}
helm.sh/hook: {{ .hook }}
helm.sh/hook-weight: {{ .weight | quote }}
helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
{{- end }}

{{/* What the schema cannot say: values that need each other. */}}
{{- define "tidecaster.check" -}}
{{- if and (not .Values.broker.enabled) (not .Values.kafka.bootstrapServers) }}
{{- fail "kafka.bootstrapServers is empty; name Kafka's brokers, host:port, or set broker.enabled" }}
{{- end }}
{{- if and .Values.broker.enabled .Values.kafka.bootstrapServers }}
{{- fail (printf "kafka.bootstrapServers is %q beside broker.enabled; choose one" .Values.kafka.bootstrapServers) }}
{{- end }}
{{- if and .Values.broker.enabled (gt (int .Values.replicas) 1) }}
{{- fail (printf "replicas %d with broker.enabled, whose broker serves one pod; set replicas to 1" (int .Values.replicas)) }}
{{- end }}
{{- if and .Values.broker.enabled (gt (int .Values.kafka.replicationFactor) 1) }}
{{- fail (printf "kafka.replicationFactor %d with broker.enabled, which is one broker; set it to 1" (int .Values.kafka.replicationFactor)) }}
{{- end }}
{{- if and .Values.kafka.sasl.mechanism (not .Values.kafka.sasl.secret) }}
{{- fail (printf "kafka.sasl.mechanism %s without kafka.sasl.secret; name the Secret with username and password" .Values.kafka.sasl.mechanism) }}
{{- end }}
{{- if and (ne .Values.prometheus.auth.type "None") (not .Values.prometheus.auth.secret) }}
{{- fail (printf "prometheus.auth.type %s without prometheus.auth.secret; name the Secret" .Values.prometheus.auth.type) }}
{{- end }}
{{- if and .Values.kafka.strimzi.enabled (not .Values.kafka.strimzi.cluster) }}
{{- fail "kafka.strimzi.enabled without kafka.strimzi.cluster; name Strimzi's Kafka resource" }}
{{- end }}
{{- if and .Values.watchNamespace (eq .Values.scope "Cluster") }}
{{- fail (printf "watchNamespace %s with scope Cluster; set scope to Namespace" .Values.watchNamespace) }}
{{- end }}
{{- end }}
