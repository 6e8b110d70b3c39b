using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ingot.Testing;

namespace Ingot.Cli.Tests.Service;

/// <summary>The service behind HTTPS, as the command line sets it up and reaches it.</summary>
public sealed class SecureServiceTests : IDisposable
{
    private readonly Foundry _foundry = new();

    public void Dispose() => _foundry.Dispose();

    [Fact]
    public async Task A_service_behind_HTTPS_is_found_by_its_pipe_then_by_its_very_certificate_and_by_no_other()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Removes the socket's file, which a Windows pipe has not.");
        ProgramRun set = await _foundry.RunAsync("service", "set", "--https", "--port", "0");
        Assert.True(set.ExitCode == 0, set.Error);
        ProgramRun start = await _foundry.RunAsync("service", "start");
        Assert.True(start.ExitCode == 0, start.Output + start.Error);
        try
        {
            JsonObject note = JsonNode.Parse(await File.ReadAllTextAsync(Note))!.AsObject();
            var certificate = X509CertificateLoader.LoadCertificateFromFile(Path.Combine(_foundry.Home, ".foundry", "https", "localhost.crt"));
            Assert.StartsWith("https://127.0.0.1:", (await StatusAsync()).GetProperty("endpoint").GetString(), StringComparison.Ordinal);
            Assert.Equal(certificate.GetCertHashString(HashAlgorithmName.SHA256), note["Certificate"]!.GetValue<string>());

            File.Delete(note["Pipe"]!.GetValue<string>());
            Assert.True((await StatusAsync()).GetProperty("running").GetBoolean());
            Assert.Equal(0, (await _foundry.RunAsync("service", "list")).ExitCode);

            note["Certificate"] = new string('0', 64);
            await File.WriteAllTextAsync(Note, note.ToJsonString());
            Assert.Equal(ExitCode.NotRunning, (await _foundry.RunAsync("service", "status")).ExitCode);
            note["Certificate"] = null;
            await File.WriteAllTextAsync(Note, note.ToJsonString());
            Assert.Equal(ExitCode.NotRunning, (await _foundry.RunAsync("service", "status")).ExitCode);
        }
        finally
        {
            await _foundry.RunAsync("service", "stop");
        }
    }

    private string Note => Path.Combine(_foundry.Home, ".foundry", "service.json");

    private async Task<JsonElement> StatusAsync()
    {
        ProgramRun run = await _foundry.RunAsync("service", "status", "-o", "json");
        Assert.True(run.ExitCode == 0, run.Error);
        return JsonDocument.Parse(run.Output).RootElement;
    }
}
