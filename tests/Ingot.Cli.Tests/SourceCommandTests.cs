using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Ingot.Models.Tests.Azure;
using Ingot.Models.Tests.Hub;
using Ingot.Testing;
using Microsoft.AspNetCore.Http;

namespace Ingot.Cli.Tests;

/// <summary>Sources of models as a user meets them: behind a proxy, silent, or with a checkpoint that is still to be compiled.</summary>
public sealed class SourceCommandTests : HubCommands
{
    private const int MostAttempts = 20;

    [Fact]
    public async Task The_proxy_of_the_environment_is_asked_for_a_hub_that_only_it_knows()
    {
        Hub.AddModel();
        Foundry.Variables["HF_ENDPOINT"] = "http://hub.invalid";
        Foundry.Variables["HTTP_PROXY"] = Hub.Address.AbsoluteUri;

        ProgramRun run = await Foundry.RunAsync("model", "download", Model);

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal(Hub.Files["model.onnx.data"], await File.ReadAllBytesAsync(Path.Combine(Folder, "model.onnx.data")));
    }

    /// <summary>Only OpenSSL, and so only Linux, takes what it trusts from a variable.</summary>
    [Fact]
    public async Task A_hub_with_encrypted_connections_is_reached_through_a_tunnel_of_the_proxy()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The system's own certificates would have to be changed.");
        using X509Certificate2 certificate = CertificateOf("hub.invalid");
        await using TestHub hub = (await TestHub.StartAsync(certificate)).AddModel();
        await using var proxy = new TunnelProxy(hub.Address);
        Foundry.Variables["HF_ENDPOINT"] = "https://hub.invalid";
        Foundry.Variables["HTTPS_PROXY"] = proxy.Address.AbsoluteUri;

        ProgramRun distrustful = await Foundry.RunAsync("model", "download", Model);
        Foundry.Variables["SSL_CERT_FILE"] = Path.Combine(Foundry.Home, "proxy.pem");
        await File.WriteAllTextAsync(Foundry.Variables["SSL_CERT_FILE"], certificate.ExportCertificatePem());
        ProgramRun run = await Foundry.RunAsync("model", "download", Model);

        Assert.Equal(1, distrustful.ExitCode);
        Assert.Contains("No safe connection to https://hub.invalid", distrustful.Error, StringComparison.Ordinal);
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal(hub.Files["model.onnx.data"], await File.ReadAllBytesAsync(Path.Combine(Folder, "model.onnx.data")));
        Assert.All(proxy.Requests, request => Assert.Equal("CONNECT hub.invalid:443 HTTP/1.1", request));
    }

    [Fact]
    public async Task A_proxy_that_is_not_there_is_part_of_the_reason()
    {
        Foundry.Variables["HF_ENDPOINT"] = "http://hub.invalid";
        Foundry.Variables["HTTP_PROXY"] = "http://127.0.0.1:1";

        ProgramRun run = await Foundry.RunAsync("model", "download", Model);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("http://hub.invalid", run.Error, StringComparison.Ordinal);
        Assert.Contains("127.0.0.1:1", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_catalogs_newest_list_is_shown_when_that_is_asked_for()
    {
        string name = "first";
        Hub.Intercept = async (context, _) =>
        {
            await context.Response.WriteAsync($$"""[{"name":"{{name}}","uri":"azureml://m"}]""");
            return true;
        };
        Foundry.Variables["INGOT_CATALOG_URLS"] = new Uri(Hub.Address, "catalog.json").AbsoluteUri;
        Assert.Contains("first", (await ListAsync("first")).Output, StringComparison.Ordinal);
        name = "second";
        Assert.DoesNotContain("second", (await Foundry.RunAsync("model", "list")).Output, StringComparison.Ordinal);

        Assert.Contains("second", (await Foundry.RunAsync("model", "list", "--refresh")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_catalog_that_hangs_delays_a_command_a_moment_and_is_told_of_once()
    {
        Hub.Intercept = async (context, _) =>
        {
            var gone = new TaskCompletionSource();
            await using CancellationTokenRegistration registration = context.RequestAborted.Register(gone.SetResult);
            await gone.Task;
            return true;
        };
        Foundry.Variables["INGOT_CATALOG_URLS"] = new Uri(Hub.Address, "catalog.json").AbsoluteUri;

        ProgramRun run = await Foundry.RunAsync("model", "list");

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains(ShippedModel.Name, run.Output, StringComparison.Ordinal);
        Assert.Contains("catalog.json has not answered within 3 s.", Assert.Single(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_of_the_catalog_on_Azure_is_listed_and_fetched_and_its_signature_seen_nowhere()
    {
        await using TestAzure azure = (await TestAzure.StartAsync()).AddBlobs();
        azure.Models.Add(TestAzure.Model("Tiny-generic-cpu", "3", tags: new { alias = "tiny-on-azure" }));
        Foundry.Variables["INGOT_AZURE_CATALOG"] = "true";
        Foundry.Variables["INGOT_AZURE_CATALOG_ENDPOINT"] = azure.Front.AbsoluteUri;
        Foundry.Variables["INGOT_AZURE_REGISTRY_ENDPOINT"] = azure.Front.AbsoluteUri + "{region}";

        ProgramRun list = await ListAsync("tiny-on-azure");
        int asked = azure.FrontRequests.Count(request => request.Agent == "AzureAiStudio");
        ProgramRun download = await Foundry.RunAsync("model", "download", "tiny-on-azure");

        Assert.Contains("tiny-on-azure", list.Output, StringComparison.Ordinal);
        Assert.True(download.ExitCode == 0, download.Error);
        Assert.EndsWith(Path.Combine("Acme", "Tiny-generic-cpu-3"), download.Output.Trim(), StringComparison.Ordinal);
        Assert.Equal(azure.Blobs["v3/model.onnx.data"], await File.ReadAllBytesAsync(Path.Combine(download.Output.Trim(), "model.onnx.data")));
        IEnumerable<string> files = Directory.EnumerateFiles(Foundry.Home, "*", SearchOption.AllDirectories).Select(File.ReadAllText);
        Assert.All([list.Output, list.Error, download.Output, download.Error, .. files], text => Assert.DoesNotContain(TestAzure.Secret, text, StringComparison.Ordinal));
        Assert.Equal(asked, azure.FrontRequests.Count(request => request.Agent == "AzureAiStudio"));
    }

    [Fact]
    public async Task A_model_of_Azure_that_another_catalog_lists_is_fetched_though_Azures_own_is_not_asked()
    {
        await using TestAzure azure = (await TestAzure.StartAsync()).AddBlobs();
        Hub.Intercept = async (context, _) =>
        {
            await context.Response.WriteAsync($$"""[{"name":"Tiny-generic-cpu:3","alias":"tiny-elsewhere","publisher":"Acme","uri":"{{TestAzure.Asset}}"}]""");
            return true;
        };
        Foundry.Variables["INGOT_CATALOG_URLS"] = new Uri(Hub.Address, "catalog.json").AbsoluteUri;
        Foundry.Variables["INGOT_AZURE_REGION"] = "centralus";
        Foundry.Variables["INGOT_AZURE_REGISTRY_ENDPOINT"] = azure.Front.AbsoluteUri + "{region}";

        await ListAsync("tiny-elsewhere");
        ProgramRun download = await Foundry.RunAsync("model", "download", "tiny-elsewhere");

        Assert.True(download.ExitCode == 0, download.Error);
        Assert.StartsWith("/centralus/modelregistry/", Assert.Single(azure.FrontRequests).Target, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_checkpoint_becomes_a_model_on_arrival_and_chats()
    {
        using var folder = new TemporaryFolder();
        foreach (string file in Directory.EnumerateFiles(TinyCheckpoint.Write(folder)))
            Hub.Files[Path.GetFileName(file)] = await File.ReadAllBytesAsync(file);

        ProgramRun download = await Foundry.RunAsync("model", "download", Model);
        Assert.True(download.ExitCode == 0, download.Error);
        Assert.Equal(Folder, download.Output.Trim());
        Assert.Contains("100 %", download.Error, StringComparison.Ordinal);
        string[] files = [.. Directory.EnumerateFiles(Folder).Select(path => Path.GetFileName(path)!)];
        Assert.Contains("genai_config.json", files);
        Assert.Contains("tokenizer.json", files);
        Assert.Contains(files, file => file.EndsWith(".onnx", StringComparison.Ordinal));
        Assert.DoesNotContain(files, file => file.EndsWith(".safetensors", StringComparison.Ordinal));
        Assert.Equal(0, (await Foundry.RunAsync("cache", "verify", "tiny")).ExitCode);

        ProgramRun chat = await Foundry.RunAsync("model", "run", Model, "Hi there", "--max-tokens", "1", "--temperature", "0");
        Assert.True(chat.ExitCode == 0, chat.Error);
        Assert.NotEqual("", chat.Output.Trim());
    }

    // A catalog that has not answered before is waited for a moment, which a busy machine may take away; then the next command asks again.
    private async Task<ProgramRun> ListAsync(string model)
    {
        ProgramRun list = await Foundry.RunAsync("model", "list");
        for (int attempt = 1; attempt < MostAttempts && !list.Output.Contains(model, StringComparison.Ordinal); attempt++)
            list = await Foundry.RunAsync("model", "list");
        return list;
    }

    private static X509Certificate2 CertificateOf(string host)
    {
        using RSA key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={host}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(host);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }
}
