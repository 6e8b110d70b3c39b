using System.Text.Json;
using Ingot.Errors;
using Ingot.OnnxRuntime.Installation;
using Ingot.Testing;

namespace Ingot.OnnxRuntime.Tests;

public sealed class InstallerTests
{
    [Fact]
    public void The_build_that_is_fetched_is_pinned_by_its_hashes_and_not_to_an_address()
    {
        string text = File.ReadAllText(RepositoryFiles.PathOf("runtimes", "onnxruntime", "package-lock.json"));
        using JsonDocument document = JsonDocument.Parse(text);
        JsonProperty[] packages = [.. document.RootElement.GetProperty("packages").EnumerateObject().Where(package => package.Name.Length > 0)];

        Assert.Contains(packages, package => package.Name == "node_modules/onnxruntime-node" && package.Value.GetProperty("version").GetString() == "1.30.0");
        Assert.All(packages, package => Assert.StartsWith("sha512-", package.Value.GetProperty("integrity").GetString(), StringComparison.Ordinal));
        Assert.DoesNotContain("\"resolved\"", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_is_told()
    {
        using var folder = new TemporaryFolder();
        string file = Path.Combine(folder.Path, "file");
        await File.WriteAllTextAsync(file, "", TestContext.Current.CancellationToken);

        IngotException failure = await Assert.ThrowsAsync<IngotException>(() => OnnxRuntimeInstaller.InstallAsync(file, TestContext.Current.CancellationToken));

        Assert.Equal(ErrorCode.Conflict, failure.Code);
    }
}
