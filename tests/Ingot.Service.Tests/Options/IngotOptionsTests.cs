using Ingot.Engine;
using Ingot.Errors;
using Ingot.Testing;

namespace Ingot.Service.Tests.Options;

public sealed class IngotOptionsTests : IDisposable
{
    private readonly TemporaryFolder _home = new();

    public void Dispose() => _home.Dispose();

    [Fact]
    public void An_empty_home_gives_the_defaults()
    {
        var options = IngotOptions.Load(environment: Environment());

        Assert.Equal(Path.Combine(_home.Path, ".foundry", "cache", "models"), options.ModelCacheDirectory);
        Assert.Equal("http://127.0.0.1:5272", options.Urls);
        Assert.Equal((0, 16, 64), (options.ThreadCount, options.MaxSequences, options.QueueCapacity));
        Assert.Empty(options.CatalogPaths);
        Assert.Null(options.KvCacheMegabytes);
        Assert.Null(options.MemoryBudgetMegabytes);
        Assert.Equal((256, 4096, 8, 4, 15), (options.MaxConcurrentRequests, options.MaxMessages, options.MaxChoices, options.MaxStops, options.KeepAliveSeconds));
        Assert.False(options.AllowUnknownFields);
        Assert.Equal((true, false, KvCacheFormat.Fp32), (options.PrefixCache, options.SharedPrefixCache, options.KvCache));
        Assert.Equal(600, options.ModelIdleSeconds);
        Assert.Equal((false, "https://huggingface.co/", 8), (options.Offline, options.HubEndpoint, options.DownloadConnections));
        Assert.Empty(options.CatalogUrls);
        Assert.Null(options.HubToken);
        Assert.Equal((false, null, "https://ai.azure.com/", "https://{region}.api.azureml.ms"),
            (options.AzureCatalog, options.AzureRegion, options.AzureCatalogEndpoint, options.AzureRegistryEndpoint));
    }

    [Fact]
    public void The_file_in_the_home_is_read_and_its_paths_start_from_it()
    {
        _home.Write(".foundry/ingot.json", """
            {
              // comments and a last comma are fine
              "catalogPaths": ["catalogs/mine.json", "/absolute"], "modelCacheDirectory": "models", "threadCount": 3, "maxSequences": 8,
              "queueCapacity": 5, "maxDraftTokens": 0, "kvCacheMegabytes": 100, "kvCache": "Int8", "prefixCache": false, "sharedPrefixCache": true, "memoryBudgetMegabytes": 2000, "contextLengthLimit": 4096, "urls": ["http://127.0.0.1:1", "http://[::1]:2"], "maxRequestBodyBytes": 5000000000,
              "maxConcurrentRequests": 7, "maxMessages": 6, "maxChoices": 2, "maxStops": 9, "allowUnknownFields": true, "keepAliveSeconds": 4, "modelIdleSeconds": 0,
              "catalogUrls": ["https://a.example/c.json"], "offline": true, "hubEndpoint": "http://hub.example", "hubToken": "hf_file", "downloadConnections": 3,
              "azureCatalog": true, "azureRegion": "uksouth", "azureCatalogEndpoint": "https://c.example", "azureRegistryEndpoint": "https://r.example/{region}",
            }
            """);

        var options = IngotOptions.Load(environment: Environment());

        var folder = Path.Combine(_home.Path, ".foundry");
        Assert.Equal([Path.Combine(folder, "catalogs", "mine.json"), Path.GetFullPath("/absolute")], options.CatalogPaths);
        Assert.Equal(Path.Combine(folder, "models"), options.ModelCacheDirectory);
        Assert.Equal((3, 8, 5, 100, 4096), (options.ThreadCount, options.MaxSequences, options.QueueCapacity, options.KvCacheMegabytes, options.ContextLengthLimit));
        Assert.Equal((2000, 0), (options.MemoryBudgetMegabytes, options.MaxDraftTokens));
        Assert.Equal((false, true, KvCacheFormat.Int8), (options.PrefixCache, options.SharedPrefixCache, options.KvCache));
        Assert.Equal("http://127.0.0.1:1;http://[::1]:2", options.Urls);
        Assert.Equal(5_000_000_000, options.MaxRequestBodyBytes);
        Assert.Equal((7, 6, 2, 9), (options.MaxConcurrentRequests, options.MaxMessages, options.MaxChoices, options.MaxStops));
        Assert.Equal((true, 4, 0), (options.AllowUnknownFields, options.KeepAliveSeconds, options.ModelIdleSeconds));
        Assert.Equal((true, "http://hub.example", 3), (options.Offline, options.HubEndpoint, options.DownloadConnections));
        Assert.Equal(["https://a.example/c.json"], options.CatalogUrls);
        Assert.Equal((true, "uksouth", "https://c.example", "https://r.example/{region}"),
            (options.AzureCatalog, options.AzureRegion, options.AzureCatalogEndpoint, options.AzureRegistryEndpoint));
        Assert.NotNull(options.HubToken);
        Assert.DoesNotContain("hf_file", options.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_hubs_own_variables_count_until_ours_are_set()
    {
        var own = IngotOptions.Load(environment: Environment(("HF_ENDPOINT", "https://mirror.example"), ("HF_TOKEN", "hf_own")));
        var ours = IngotOptions.Load(environment: Environment(
            ("HF_ENDPOINT", "https://mirror.example"), ("INGOT_HUB_ENDPOINT", "https://ours.example"), ("INGOT_CATALOG_URLS", "https://a.example/1; https://a.example/2")));

        Assert.Equal("https://mirror.example", own.HubEndpoint);
        Assert.NotNull(own.HubToken);
        Assert.Equal("https://ours.example", ours.HubEndpoint);
        Assert.Equal(["https://a.example/1", "https://a.example/2"], ours.CatalogUrls);
    }

    [Theory]
    [InlineData("INGOT_KV_CACHE", "1", "INGOT_KV_CACHE should be one of fp32, fp16, int8")]
    [InlineData("INGOT_HUB_ENDPOINT", "huggingface.co", "'hubEndpoint' is 'huggingface.co'")]
    [InlineData("INGOT_CATALOG_URLS", "ftp://a.example/c", "'catalogUrls' has 'ftp://a.example/c'")]
    [InlineData("INGOT_HUB_TOKEN", "two words", "INGOT_HUB_TOKEN should be an access token")]
    [InlineData("INGOT_DOWNLOAD_CONNECTIONS", "0", "'downloadConnections' is 0")]
    [InlineData("INGOT_CERTIFICATE_KEY", "/a.key", "'certificateKeyPath' needs 'certificatePath'")]
    [InlineData("INGOT_CERTIFICATE_PASSWORD_FROM", "env:X", "'certificatePasswordFrom' needs 'certificatePath'")]
    [InlineData("INGOT_CERTIFICATE_PASSWORD_FROM", "sesame", "INGOT_CERTIFICATE_PASSWORD_FROM should say where the password is, env:NAME or file:PATH, and not what it is")]
    [InlineData("INGOT_ALLOWED_HOSTS", "https://a.example", "'allowedHosts' has 'https://a.example'")]
    [InlineData("INGOT_ALLOWED_HOSTS", "a.example *", "'allowedHosts' has '*'")]
    [InlineData("INGOT_ALLOWED_ORIGINS", "*", "'allowedOrigins' has '*'")]
    [InlineData("INGOT_ALLOWED_ORIGINS", "null", "'allowedOrigins' has 'null'")]
    [InlineData("INGOT_ALLOWED_ORIGINS", "https://a.example;app.example", "'allowedOrigins' has 'app.example'")]
    [InlineData("INGOT_ALLOWED_ORIGINS", "https://a.example/path", "'allowedOrigins' has 'https://a.example/path'")]
    [InlineData("INGOT_URLS", "https://user:pw@a.example", "'urls' has 'https://user:pw@a.example'")]
    [InlineData("INGOT_AZURE_REGION", "../x", "'azureRegion' is '../x'")]
    [InlineData("INGOT_AZURE_CATALOG_ENDPOINT", "ai.azure.com", "'azureCatalogEndpoint' is 'ai.azure.com'")]
    [InlineData("INGOT_AZURE_REGISTRY_ENDPOINT", "{region}.api", "'azureRegistryEndpoint' is '{region}.api'")]
    public void A_source_that_cannot_be_asked_is_named(string variable, string value, string message) =>
        Assert.Contains(message, Assert.Throws<IngotException>(() => IngotOptions.Load(environment: Environment((variable, value)))).Message, StringComparison.Ordinal);

    [Fact]
    public void How_the_service_is_reached_from_outside_is_read()
    {
        var file = _home.Write("sub/my.json", """
            {"urls": "https://*:5273", "certificatePath": "a.pem", "certificateKeyPath": "/a.key", "certificatePasswordFrom": "file:a.password",
             "allowedHosts": ["llm.example", "*.a.example"], "allowedOrigins": ["https://app.example", "chrome-extension://abc"]}
            """);

        var options = IngotOptions.Load(file, Environment());
        var others = IngotOptions.Load(file, Environment(("INGOT_CERTIFICATE_PASSWORD_FROM", "env:SECRET"), ("INGOT_ALLOWED_ORIGINS", "http://a.example; http://b.example:81")));

        var folder = Path.GetDirectoryName(file)!;
        Assert.Equal((Path.Combine(folder, "a.pem"), Path.GetFullPath("/a.key"), $"file:{Path.Combine(folder, "a.password")}"),
            (options.CertificatePath, options.CertificateKeyPath, options.CertificatePasswordFrom));
        Assert.Equal(["llm.example", "*.a.example"], options.AllowedHosts);
        Assert.Equal(["https://app.example", "chrome-extension://abc"], options.AllowedOrigins);
        Assert.Equal("env:SECRET", others.CertificatePasswordFrom);
        Assert.Equal(["http://a.example", "http://b.example:81"], others.AllowedOrigins);
    }

    [Fact]
    public void The_environment_wins_over_the_file_and_code_over_both()
    {
        var file = _home.Write("my.json", """{"threadCount":3,"maxSequences":8,"queueCapacity":5}""");

        var options = IngotOptions.Load(environment: Environment(
            ("INGOT_CONFIG", file), ("INGOT_THREADS", "4"), ("INGOT_MAX_SEQUENCES", "9"),
            ("INGOT_CATALOGS", string.Join(Path.PathSeparator, "/a.json", "/b")), ("INGOT_MODEL_CACHE", "/cache"), ("INGOT_QUEUE_CAPACITY", "")))
            with
        { MaxSequences = 10 };

        Assert.Equal((4, 10, 5), (options.ThreadCount, options.MaxSequences, options.QueueCapacity));
        Assert.Equal([Path.GetFullPath("/a.json"), Path.GetFullPath("/b")], options.CatalogPaths);
        Assert.Equal(Path.GetFullPath("/cache"), options.ModelCacheDirectory);
    }

    [Fact]
    public void As_many_threads_are_taken_as_a_model_can_be_loaded_with()
    {
        new IngotOptions { ThreadCount = EngineOptions.MostThreads }.Validate();
        var refusal = Assert.Throws<IngotException>(new IngotOptions { ThreadCount = EngineOptions.MostThreads + 1 }.Validate);
        Assert.Contains($"'threadCount' is {EngineOptions.MostThreads + 1}, but should be 0 to {EngineOptions.MostThreads}", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_mistake_is_told_at_once()
    {
        var file = _home.Write("my.json", """{"threadCuont":1,"threadCount":"many","urls":{},"queueCapacity":-5,"maxRequestBodyBytes":7}""");

        var refusal = Assert.Throws<IngotException>(() => IngotOptions.Load(file, Environment(
            ("INGOT_MAX_SEQUENCES", "0"), ("INGOT_MAX_DRAFT_TOKENS", "65"), ("INGOT_KV_CACHE_MB", "x"), ("INGOT_ALLOW_UNKNOWN_FIELDS", "maybe"), ("INGOT_MAX_CHOICES", "129"), ("INGOT_MEMORY_BUDGET_MB", "0"), ("INGOT_MODEL_IDLE", "-2"), ("INGOT_URLS", "ftp://a;http://b/c;localhost:5"))));

        Assert.Equal(ErrorCode.InvalidValue, refusal.Code);
        foreach (var part in new[]
        {
            $"{file} has the unknown key 'threadCuont' (did you mean 'threadCount'?)",
            $"in {file}, 'threadCount' should be a whole number, not 'many'",
            $"in {file}, 'urls' should be a text, a number, true or false",
            "'queueCapacity' is -5, but should be 0 to 65536",
            "'maxRequestBodyBytes' is 7, but should be 1024 or more",
            "'maxSequences' is 0, but should be 1 to 512", "'maxDraftTokens' is 65, but should be 0 to 64",
            "the environment variable INGOT_KV_CACHE_MB should be a whole number, not 'x'",
            "the environment variable INGOT_ALLOW_UNKNOWN_FIELDS should be true or false, not 'maybe'",
            "'memoryBudgetMegabytes' is 0, but should be 1 to 16777216", "'modelIdleSeconds' is -2, but should be -1 or more",
            "'maxChoices' is 129, but should be 1 to 128",
            "'ftp://a'", "'http://b/c'", "'localhost:5'",
        })
        {
            Assert.Contains(part, refusal.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("{", "is not valid JSON: line 1")]
    [InlineData("{\"urls\":\"\\ud800\"}", "has text that is not Unicode")]
    [InlineData("[]", "should hold one JSON object")]
    [InlineData("{\"threadCount\":[1]}", "'threadCount' should be a text, a number, true or false")]
    [InlineData("{\"modelCacheDirectory\":\"\"}", "'modelCacheDirectory' should be a path")]
    public void A_damaged_file_is_named(string json, string message)
    {
        var file = _home.Write("my.json", json);

        var refusal = Assert.Throws<IngotException>(() => IngotOptions.Load(file, Environment()));

        Assert.Contains(file, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(message, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_named_file_must_exist()
    {
        var file = Path.Combine(_home.Path, "none.json");

        Assert.Contains($"{file} cannot be read", Assert.Throws<IngotException>(() => IngotOptions.Load(environment: Environment(("INGOT_CONFIG", file)))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://localhost:0")]
    [InlineData("http://*:5272;http://+:1")]
    [InlineData("http://0.0.0.0:5272/")]
    public void Addresses_of_every_usual_form_are_fine(string urls) => Assert.Equal(urls, (new IngotOptions { Urls = urls }).Validate().Urls);

    [Fact]
    public void Options_made_in_code_are_checked_too() =>
        Assert.Throws<IngotException>(() => new IngotOptions { Urls = ";", CatalogPaths = [""] }.Validate());

    private Dictionary<string, string> Environment(params (string Name, string Value)[] variables) =>
        variables.Append((Name: OperatingSystem.IsWindows() ? "USERPROFILE" : "HOME", Value: _home.Path)).ToDictionary(v => v.Name, v => v.Value);
}
