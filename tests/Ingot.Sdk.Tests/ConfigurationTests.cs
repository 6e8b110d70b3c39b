using Ingot.Service;
using Microsoft.AI.Foundry.Local;
using Microsoft.AI.Foundry.Local.Running;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingot.Sdk.Tests;

/// <summary>What a configuration may say, and what becomes of it.</summary>
public sealed class ConfigurationTests
{
    private static readonly string Home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);

    [Theory]
    [InlineData("{home}/models", "models")]
    [InlineData("{appdata}/cache/models", ".my-app/cache/models")]
    [InlineData("{home}/{appname}/m", "my-app/m")]
    public void Placeholders_stand_for_folders(string given, string expected) =>
        Assert.Equal(Path.Combine(Home, expected), new Configuration { AppName = "my-app", ModelCacheDir = given }.ExpandModelCacheDir());

    [Fact]
    public void The_applications_own_folder_may_be_elsewhere()
    {
        var configuration = new Configuration { AppName = "my-app", AppDataDir = "{home}/data/{appname}", ModelCacheDir = "{appdata}/models" };

        Assert.Equal(Path.Combine(Home, "data", "my-app", "models"), configuration.ExpandModelCacheDir());
    }

    [Fact]
    public void Models_are_kept_where_the_command_line_keeps_them_unless_told_otherwise()
    {
        IngotOptions options = Read(new Configuration { AppName = "my-app", AppDataDir = "{home}/elsewhere" });

        Assert.Equal(IngotOptions.Load().ModelCacheDirectory, options.ModelCacheDirectory);
    }

    [Theory]
    [InlineData("8", 8)]
    [InlineData("500", 64)]
    public void Additional_settings_have_effect(string given, int expected)
    {
        IngotOptions options = Read(new Configuration
        {
            AppName = "my-app",
            CatalogRegion = "westeurope",
            CatalogUrls = [("https://models.example/catalog.json", null)],
            AdditionalSettings = new Dictionary<string, string> { ["NumModelDownloadThreads"] = given, ["UserAgent"] = "x", ["no-such-setting"] = "y" },
        });

        Assert.Equal((expected, "westeurope"), (options.DownloadConnections, options.AzureRegion));
        Assert.Contains("https://models.example/catalog.json", options.CatalogUrls);
    }

    [Fact]
    public void A_setting_that_cannot_be_used_is_refused_by_name()
    {
        var refusal = Assert.Throws<ArgumentException>(() => Read(new Configuration
        {
            AppName = "my-app",
            AdditionalSettings = new Dictionary<string, string> { ["NumModelDownloadThreads"] = "many" },
        }));

        Assert.Contains("'NumModelDownloadThreads'", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://127.0.0.1:0", "Configuration Web.ExternalUrl has invalid port of 0.")]
    [InlineData("ftp://127.0.0.1:1", "is not of the form")]
    public async Task An_address_that_cannot_be_a_service_is_refused(string address, string words)
    {
        var configuration = new Configuration { AppName = "my-app", Web = new Configuration.WebService { ExternalUrl = new Uri(address) } };

        var refusal = await Assert.ThrowsAsync<ArgumentException>(() => FoundryLocalManager.CreateAsync(configuration, NullLogger.Instance));

        Assert.Contains(words, refusal.Message, StringComparison.Ordinal);
    }

    private static IngotOptions Read(Configuration configuration) => ConfigurationReader.Read(configuration, NullLogger.Instance);
}
