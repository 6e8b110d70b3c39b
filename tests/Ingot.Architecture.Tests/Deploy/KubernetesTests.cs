using System.Globalization;
using Ingot.Testing;

namespace Ingot.Architecture.Tests.Deploy;

/// <summary>The manifests fit each other, and the service they start.</summary>
public sealed class KubernetesTests
{
    private const string Folder = "deploy/kubernetes";
    private const string Pod = "spec template spec";
    private const string Container = $"{Pod} containers 0";
    private const string KeyContainer = $"{Pod} initContainers 0";

    private static YamlFile Deployment => new($"{Folder}/deployment.yaml");

    public static TheoryData<string> Files => [.. RepositoryFiles.Sources(Folder, "*.yaml")];

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_manifest_can_be_read_and_says_what_it_is(string path)
    {
        var manifest = new YamlFile(path);

        Assert.NotEqual("", manifest["apiVersion"]);
        if (manifest["kind"] != "Kustomization")
            Assert.Equal("ingot", manifest["metadata name"]);
    }

    [Fact]
    public void All_manifests_are_applied_together()
    {
        string[] listed = new YamlFile($"{Folder}/kustomization.yaml").List("resources");

        Assert.Equal(
            RepositoryFiles.Sources(Folder, "*.yaml").Select(path => Path.GetFileName(path)!).Where(name => name != "kustomization.yaml"),
            listed.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("deployment.yaml", "spec selector matchLabels")]
    [InlineData("service.yaml", "spec selector")]
    [InlineData("disruption-budget.yaml", "spec selector matchLabels")]
    public void What_selects_pods_selects_these(string file, string path) =>
        Assert.Equal(
            Deployment["spec template metadata labels app.kubernetes.io/name"],
            new YamlFile($"{Folder}/{file}")[$"{path} app.kubernetes.io/name"]);

    [Fact]
    public void Traffic_and_probes_reach_a_port_and_routes_that_there_are()
    {
        string port = Deployment[$"{Container} ports 0 name"];
        string health = File.ReadAllText(RepositoryFiles.PathOf("src/Ingot.Server/Endpoints/HealthEndpoints.cs"));

        Assert.Equal(port, new YamlFile($"{Folder}/service.yaml")["spec ports 0 targetPort"]);
        foreach (string probe in new[] { "startupProbe", "livenessProbe", "readinessProbe" })
        {
            Assert.Equal(port, Deployment[$"{Container} {probe} httpGet port"]);
            Assert.Contains($"MapGet(\"{Deployment[$"{Container} {probe} httpGet path"]}\"", health, StringComparison.Ordinal);
        }

        Assert.Equal("/ready", Deployment[$"{Container} readinessProbe httpGet path"]);
        Assert.Equal("INGOT_URLS", Deployment[$"{Container} env 0 name"]);
        Assert.Equal($"http://0.0.0.0:{Deployment[$"{Container} ports 0 containerPort"]}", Deployment[$"{Container} env 0 value"]);
    }

    [Theory]
    [InlineData(Container)]
    [InlineData(KeyContainer)]
    public void A_container_may_do_nothing_it_need_not(string container)
    {
        Assert.Equal("true", Deployment[$"{Pod} securityContext runAsNonRoot"]);
        Assert.Equal("RuntimeDefault", Deployment[$"{Pod} securityContext seccompProfile type"]);
        Assert.Equal("false", Deployment[$"{Pod} automountServiceAccountToken"]);
        Assert.Equal("true", Deployment[$"{container} securityContext readOnlyRootFilesystem"]);
        Assert.Equal("false", Deployment[$"{container} securityContext allowPrivilegeEscalation"]);
        Assert.Equal("ALL", Deployment[$"{container} securityContext capabilities drop 0"]);
    }

    [Theory]
    [InlineData(Container)]
    [InlineData(KeyContainer)]
    public void Every_mounted_volume_is_there(string container) =>
        Assert.Subset(Deployment.List($"{Pod} volumes", "name").ToHashSet(), Deployment.List($"{container} volumeMounts", "name").ToHashSet());

    [Fact]
    public void The_pod_waits_longer_for_its_end_than_the_service_drains()
    {
        int grace = int.Parse(Deployment[$"{Pod} terminationGracePeriodSeconds"], CultureInfo.InvariantCulture);
        int wait = int.Parse(Deployment[$"{Container} lifecycle preStop exec command 1"], CultureInfo.InvariantCulture);

        Assert.True(grace > wait + 10 + 3);
    }

    [Fact]
    public void The_autoscaler_goes_by_a_number_that_the_service_tells()
    {
        var autoscaler = new YamlFile($"{Folder}/autoscaler.yaml");
        string metrics = File.ReadAllText(RepositoryFiles.PathOf("src/Ingot.Server/Metrics/MetricsEndpoints.cs"));

        Assert.Equal(Deployment["kind"], autoscaler["spec scaleTargetRef kind"]);
        Assert.Equal(Deployment["metadata name"], autoscaler["spec scaleTargetRef name"]);
        Assert.Contains($"\"{autoscaler["spec metrics 0 pods metric name"]}\"", metrics, StringComparison.Ordinal);
    }
}
