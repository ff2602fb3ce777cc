using Archer.EndToEnd.Tests.Kubernetes.Checks;

namespace Archer.EndToEnd.Tests.Kubernetes;

/// <summary>Each check finds the mistake that it is there for: one place of a good manifest is changed, and exactly that is told.</summary>
[Trait("Category", "Slow")]
public sealed class MutationTests
{
    private const string Pod = "spec>template>spec>";
    private const string Container = Pod + "containers>0>";

    /// <summary>Check, object, place, value there (null: nothing), problem that is found.</summary>
    public static TheoryData<string, string, string, string?, string> Mistakes => new()
    {
        { "selectors", "Deployment/silo", "spec>template>metadata>labels>app.kubernetes.io/name", "\"silos\"", "Deployment/silo: its selector does not take its own pods" },
        { "selectors", "Service/policy", "spec>selector>app.kubernetes.io/name", "\"police\"", "Service/policy: its selector takes the pods of 0 workloads, expected one" },
        { "selectors", "Service/silo", "spec>selector", null, "Service/silo: its selector takes the pods of 4 workloads, expected one" },
        { "selectors", "Service/silo", "spec>ports>0>targetPort", "\"web\"", "Service/silo: no container has the port web" },
        { "selectors", "PodDisruptionBudget/silo", "spec>selector>matchLabels>app.kubernetes.io/name", "\"s\"", "PodDisruptionBudget/silo: its selector does not take the pods of one workload" },
        { "selectors", "HorizontalPodAutoscaler/policy", "spec>scaleTargetRef>name", "\"p\"", "HorizontalPodAutoscaler/policy: there is no Deployment/p" },
        { "selectors", "Deployment/policy", "spec>replicas", "3", "HorizontalPodAutoscaler/policy: Deployment/policy says how many replicas there are, and would undo the scaling when applied" },
        { "selectors", "NetworkPolicy/redis", "spec>podSelector>matchLabels>app.kubernetes.io/name", "\"r\"", "NetworkPolicy/redis: its selector takes no pod" },
        { "selectors", "Deployment/trainer", Pod + "serviceAccountName", "\"t\"", "Deployment/trainer: there is no ServiceAccount/t" },
        { "selectors", "StatefulSet/redis", "spec>serviceName", "\"r\"", "StatefulSet/redis: there is no Service/r" },
        { "volumes", "Deployment/policy", Container + "volumeMounts>0>name", "\"checks\"", "Deployment/policy: there is no volume checks to mount" },
        { "volumes", "Deployment/policy", Container + "volumeMounts>0>readOnly", null, "Deployment/policy: may write the checkpoints" },
        { "volumes", "Deployment/trainer", Pod + "volumes>1>persistentVolumeClaim>claimName", "\"state\"", "Deployment/trainer: volume trainer-state: there is no PersistentVolumeClaim/state" },
        { "volumes", "Deployment/silo", Pod + "volumes>0>configMap>name", "\"agents\"", "Deployment/silo: volume agents: there is no ConfigMap/agents" },
        { "volumes", "Deployment/silo", Container + "volumeMounts>0>readOnly", "false", "mounts the ConfigMap agents-" },
        { "volumes", "StatefulSet/redis", Container + "volumeMounts>0", null, "StatefulSet/redis: no container mounts the volume data" },
        { "security", "Service/silo", "kind", "\"Secret\"", "Secret/silo: secrets are not kept in manifests" },
        { "security", "ServiceAccount/silo", "automountServiceAccountToken", "true", "ServiceAccount/silo: mounts a token" },
        { "security", "Namespace/archer", "metadata>labels>pod-security.kubernetes.io/enforce", "\"baseline\"", "Namespace/archer: does not enforce restricted pods" },
        { "security", "Deployment/silo", Pod + "automountServiceAccountToken", null, "Deployment/silo: mounts a token" },
        { "security", "Deployment/silo", Pod + "enableServiceLinks", null, "Deployment/silo: gets a variable for every service, which may be taken for a setting" },
        { "security", "Deployment/silo", Pod + "securityContext>runAsNonRoot", null, "Deployment/silo: may run as root" },
        { "security", "Deployment/silo", Pod + "securityContext>runAsUser", "0", "Deployment/silo: has no user" },
        { "security", "Deployment/silo", Pod + "securityContext>seccompProfile", null, "Deployment/silo: has no seccomp profile" },
        { "security", "Deployment/silo", Pod + "hostNetwork", "true", "Deployment/silo: shares a namespace of its node" },
        { "security", "Deployment/silo", Pod + "volumes>1>hostPath", "{\"path\":\"/\"}", "Deployment/silo: mounts a path of its node" },
        { "security", "Deployment/policy", Container + "securityContext>privileged", "true", "Deployment/policy policy: is privileged" },
        { "security", "Deployment/policy", Container + "securityContext>allowPrivilegeEscalation", null, "Deployment/policy policy: may gain privileges" },
        { "security", "StatefulSet/redis", Container + "securityContext>readOnlyRootFilesystem", "false", "StatefulSet/redis redis: may write to its image" },
        { "security", "StatefulSet/redis", Container + "securityContext>capabilities>add", "[\"NET_ADMIN\"]", "StatefulSet/redis redis: keeps capabilities" },
        { "security", "Deployment/trainer", Pod + "initContainers>0>securityContext>runAsUser", "0", "Deployment/trainer base: has a user other than its pod's" },
        { "security", "Deployment/trainer", Container + "image", "\"archer/archer:latest\"", "Deployment/trainer trainer: its image archer/archer:latest has no version" },
        { "security", "Deployment/trainer", Container + "image", "\"archer/archer\"", "Deployment/trainer trainer: its image archer/archer has no version" },
        { "security", "Deployment/trainer", Pod + "initContainers>0>resources>limits>memory", null, "Deployment/trainer base: limits no memory" },
        { "security", "StatefulSet/redis", Container + "resources>requests>cpu", null, "StatefulSet/redis redis: requests no cpu" },
        { "network", "NetworkPolicy/default-deny", "spec>podSelector", "{\"matchLabels\":{\"a\":\"b\"}}", "network: policy → stranger TCP 443 is open, and the data flow does not need it" },
        { "network", "NetworkPolicy/default-deny", "spec>policyTypes", "[\"Ingress\"]", "network: redis → stranger TCP 443 is open, and the data flow does not need it" },
        { "network", "NetworkPolicy/redis", "spec>ingress>0>from", null, "network: application → redis TCP 6379 is open, and the data flow does not need it" },
        { "network", "NetworkPolicy/redis", "spec>ingress>0>from>1", null, "network: trainer → redis TCP 6379 is shut, and the data flow needs it" },
        { "network", "NetworkPolicy/silo", "spec>ingress>0>from>0>namespaceSelector", "{}", "network: stranger → silo TCP 8080 is open, and the data flow does not need it" },
        { "network", "NetworkPolicy/silo", "spec>egress>1>ports>0>port", "30000", "network: silo → policy TCP 8080 is shut, and the data flow needs it" },
        { "network", "NetworkPolicy/silo", "spec>egress>2>to", null, "network: silo → stranger TCP 6379 is open, and the data flow does not need it" },
        { "network", "NetworkPolicy/silo", "spec>egress>1>to>0>podSelector>matchLabels>app.kubernetes.io/name", "\"trainer\"", "network: silo → policy TCP 8080 is shut, and the data flow needs it" },
        { "network", "NetworkPolicy/dns", "spec>egress>0>ports>0", null, "network: silo → dns UDP 53 is shut, and the data flow needs it" },
        { "network", "NetworkPolicy/dns", "spec>podSelector", "{}", "network: policy → dns UDP 53 is open, and the data flow does not need it" },
        { "network", "NetworkPolicy/policy", "spec>ingress>0>from", null, "network: application → policy TCP 8080 is open, and the data flow does not need it" },
        { "lifecycle", "Deployment/policy", Container + "startupProbe", null, "Deployment/policy: has no startupProbe" },
        { "lifecycle", "Deployment/policy", Container + "livenessProbe>httpGet>port", "\"https\"", "Deployment/policy: a probe asks the port https, which the container does not have" },
        { "lifecycle", "Deployment/silo", Container + "readinessProbe>timeoutSeconds", "2", "Deployment/silo: its readinessProbe waits 2 s, and a check may take 2 s" },
        { "lifecycle", "Deployment/silo", Container + "readinessProbe>httpGet>path", "\"/health/dependencies\"", "Deployment/silo: a probe asks /health/dependencies, which other processes decide" },
        { "lifecycle", "Deployment/silo", Pod + "terminationGracePeriodSeconds", "120", "Deployment/silo: is killed after 120 s, and may take 125 s to stop" },
        { "lifecycle", "Deployment/silo", Container + "lifecycle>preStop>sleep>seconds", "40", "Deployment/silo: is killed after 150 s, and may take 160 s to stop" },
        { "lifecycle", "Deployment/trainer", Pod + "terminationGracePeriodSeconds", null, "Deployment/trainer: is killed after 30 s, and may take 120 s to stop" },
        { "lifecycle", "Deployment/silo", "spec>strategy>rollingUpdate>maxUnavailable", "1", "Deployment/silo: an upgrade may take a silo away before its successor is ready" },
        { "lifecycle", "Deployment/trainer", "spec>strategy>type", "\"RollingUpdate\"", "Deployment/trainer: two learners may write the versions of one agent" },
        { "lifecycle", "Deployment/trainer", "spec>replicas", "2", "Deployment/trainer: two learners may write the versions of one agent" },
        { "images", "Deployment/silo", Container + "image", "\"archer/web:0.1.0\"", "Deployment/silo silo: no Dockerfile makes archer/web:0.1.0" },
        { "images", "Deployment/silo", Pod + "securityContext>runAsUser", "1000", "Deployment/silo silo: runs as 1000, and archer/archer:0.1.0 is made for 1654" },
        { "images", "Deployment/policy", Container + "image", "\"archer/archer:0.1.0-rocm\"", "Deployment/policy policy: archer/archer:0.1.0-rocm names no variant of its Dockerfile" },
        { "images", "Deployment/policy", Container + "args>0", "\"police\"", "Deployment/policy policy: archer/archer:0.1.0 is started as police, expected silo, policy or trainer" },
        { "images", "Deployment/policy", Container + "args", null, "Deployment/policy policy: archer/archer:0.1.0 is started as everything, expected silo, policy or trainer" },
        { "gpu", "Deployment/policy", Container + "image", "\"archer/archer:0.1.0-cuda\"", "Deployment/policy: has no GPU for the image archer/archer:0.1.0-cuda" },
        { "gpu", "Deployment/policy", Container + "resources>limits>nvidia.com/gpu", "1", "Deployment/policy: asks for a GPU and does not get to a node that has some" },
        { "gpu", "Deployment/trainer", Container + "resources>requests>nvidia.com/gpu", "1", "Deployment/trainer: a GPU cannot be requested without being the limit" },
        { "variables", "Deployment/silo", Container + "env>8>name", "\"Archer__Configs\"", "Deployment/silo silo: Unknown setting Archer:Configs; did you mean Config?" },
        { "variables", "Deployment/silo", Container + "env>9>value", "\"no\"", "Deployment/silo silo: Archer:InstallBaseCheckpoints is \"no\", expected true or false." },
        { "variables", "Deployment/silo", Container + "env>15", null, "Deployment/silo silo: Archer__PolicyClient__Address is missing, and the role silo has no policy of its own" },
        { "variables", "Deployment/policy", Container + "env>1>name", "\"Archer__Keys__0\"", "Deployment/policy policy: Unknown setting Archer:Keys." },
        { "variables", "Deployment/trainer", Container + "env>5>name", "\"Archer__Trainer__SiloAddress\"", "Deployment/trainer trainer: Unknown setting Archer:Trainer:SiloAddress" },
        { "variables", "Deployment/silo", Container + "env>1>name", "\"POD_ADDRESS\"", "Deployment/silo silo: nobody reads POD_ADDRESS" },
        { "variables", "Deployment/trainer", Container + "env>2>value", "\"redis:6379,password=$(REDIS_PASS)\"", "Deployment/trainer trainer: Archer__Redis refers to REDIS_PASS, which is not defined before it" },
        { "variables", "StatefulSet/redis", Container + "args>4", "\"$(MAX)\"", "StatefulSet/redis redis: an argument refers to MAX, which is not defined" },
        { "variables", "Deployment/policy", Container + "env>1>valueFrom>secretKeyRef>key", "\"policy\"", "Deployment/policy policy: k8s/README.md does not make the secret archer-keys/policy" },
        { "variables", "Deployment/policy", Container + "env>3>value", "\"8081\"", "Deployment/policy policy: listens on 8081, which is not its port http" },
        { "variables", "Deployment/policy", Container + "env>4>name", "\"ASPNETCORE_HTTP_PORTS\"", "Deployment/policy policy: ASPNETCORE_HTTP_PORTS is there twice" },
    };

    /// <summary>As <see cref="Mistakes"/>, of the schemas.</summary>
    public static TheoryData<string, string, string?, string> Malformed => new()
    {
        { "Deployment/silo", "spec>replicas", "\"two\"", "Deployment/silo: /spec/replicas must be integer" },
        { "Deployment/silo", "apiVersion", "\"apps/v2\"", "Deployment/silo: there is no Deployment in apps/v2" },
        { "Deployment/silo", "spec>selector", null, "Deployment/silo: /spec must have required property selector" },
        { "Deployment/silo", Container + "imagePullPolice", "\"Always\"", "Deployment/silo: unknown field .spec.template.spec.containers[0].imagePullPolice" },
        { "Deployment/silo", Container + "lifecycle>preStop>sleep>minutes", "1", "Deployment/silo: unknown field .spec.template.spec.containers[0].lifecycle.preStop.sleep.minutes" },
        { "Deployment/silo", "spec>strategy>rollingUpdate>maxSurges", "1", "Deployment/silo: unknown field .spec.strategy.rollingUpdate.maxSurges" },
        { "HorizontalPodAutoscaler/silo", "spec>maxReplicas", null, "HorizontalPodAutoscaler/silo: /spec must have required property maxReplicas" },
        { "NetworkPolicy/silo", "spec>ingres", "[]", "NetworkPolicy/silo: unknown field .spec.ingres" },
        { "PersistentVolumeClaim/checkpoints", "spec>accessMode", "\"ReadWriteMany\"", "PersistentVolumeClaim/checkpoints: unknown field .spec.accessMode" },
        { "StatefulSet/redis", "spec>volumeClaimTemplates>0>spec>resources>request", "{}", "StatefulSet/redis: unknown field .spec.volumeClaimTemplates[0].spec.resources.request" },
        { "PodDisruptionBudget/silo", "spec>minUnavailable", "1", "PodDisruptionBudget/silo: unknown field .spec.minUnavailable" },
        { "Namespace/archer", "metadata>label", "{}", "Namespace/archer: unknown field .metadata.label" },
    };

    [KubernetesTheory]
    [MemberData(nameof(Mistakes))]
    public void Check_OfAMistake_FindsIt(string check, string name, string path, string? json, string expected)
    {
        var set = ManifestSet.Render("base");
        set.Change(name, path, json);

        Assert.Contains(ManifestChecks.All[check](set), problem => problem.Contains(expected, StringComparison.Ordinal));
    }

    [SchemaTheory]
    [MemberData(nameof(Malformed))]
    public void Schema_OfAMistake_FindsIt(string name, string path, string? json, string expected)
    {
        var set = ManifestSet.Render("base");
        set.Change(name, path, json);

        Assert.Contains(expected, SchemaCheck.Run(set));
    }

    [Fact]
    public void Mistakes_AreThereForEveryCheck() =>
        Assert.Equal(ManifestChecks.All.Keys.Order(StringComparer.Ordinal), Mistakes.Select(row => (string)row[0]).Distinct().Order(StringComparer.Ordinal));
}
