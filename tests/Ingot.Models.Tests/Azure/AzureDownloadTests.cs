using Ingot.Errors;
using Ingot.Models.Catalog;
using Ingot.Models.Download;
using Ingot.Models.Store;
using Ingot.Models.Tests.Download;
using Ingot.Models.Tests.Hub;
using Ingot.Testing;
using Microsoft.AspNetCore.Http;

namespace Ingot.Models.Tests.Azure;

/// <summary>Models that lie in blob storage behind a signed address.</summary>
public sealed class AzureDownloadTests : IAsyncLifetime
{
    private static readonly ModelEntry Entry = new()
    {
        Name = "Tiny-generic-cpu",
        Version = 3,
        Alias = "tiny",
        Uri = TestAzure.Asset,
        Publisher = "Acme",
    };

    private readonly TemporaryFolder _folder = new();
    private TestAzure _azure = null!;

    private ModelStore Store => new(_folder["cache"], new DownloadOptions
    {
        Azure = _azure.Options(),
        HubToken = new HubToken("hf_secret"),
        Connections = 4,
        SegmentBytes = DownloadBench.SegmentBytes,
        SegmentsPerRequest = 2,
        RetryDelay = TimeSpan.FromMilliseconds(1),
        MaxRetries = 3,
        StallTime = Waits.Longest,
    });

    private string Staging => ModelPlace.Of(Store.Location, Entry).Staging;

    public async ValueTask InitializeAsync()
    {
        _azure = (await TestAzure.StartAsync()).AddBlobs();
        _azure.CheckSum = content =>
        {
            var crc = new Crc64();
            crc.Append(content);
            return crc.Current();
        };
    }

    public async ValueTask DisposeAsync()
    {
        await _azure.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("Content-MD5")]
    [InlineData("Content-CRC64")]
    [InlineData("none")]
    public async Task A_model_is_fetched_whatever_storage_says_of_its_hashes(string hash)
    {
        _azure.HashOf = _ => hash;

        AssertWhole(await Store.FetchAsync(Entry, null));

        Assert.All(_azure.StorageRequests.Where(request => !request.Target.Contains("comp=list", StringComparison.Ordinal)),
            request => Assert.StartsWith("\"0x", request.State, StringComparison.Ordinal));
        Assert.True((await Store.VerifyAsync(Entry)).IsListed);
    }

    [Theory]
    [InlineData("Content-MD5")]
    [InlineData("Content-CRC64")]
    public async Task Wrong_bytes_are_found_by_either_hash(string hash)
    {
        _azure.HashOf = _ => hash;
        var path = $"/container/{TestAzure.Prefix}/v3/tokenizer.json";
        _azure.InterceptStorage = async context =>
        {
            if (context.Request.Path.Value != path)
                return false;
            await context.Response.Body.WriteAsync(TestHub.Bytes(1500, 99));
            return true;
        };

        var refusal = await Assert.ThrowsAsync<IngotException>(() => Store.FetchAsync(Entry, null));

        Assert.Contains("another content", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("sig=", refusal.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_signature_goes_to_storage_only_and_is_written_nowhere()
    {
        var chunks = 0;
        _azure.OnChunk = () => Interlocked.Increment(ref chunks) % 9 != 0;

        await Assert.ThrowsAnyAsync<Exception>(() => Store.FetchAsync(Entry, new Stopper()));
        var left = _folder.Names.ToList();
        Assert.NotEmpty(left);
        AssertNoSecretOnDisk();
        AssertWhole(await Store.FetchAsync(Entry, null));

        AssertNoSecretOnDisk();
        Assert.All(_azure.FrontRequests, request => Assert.DoesNotContain("sig=", request.Target, StringComparison.Ordinal));
        Assert.All(_azure.StorageRequests, request => Assert.Contains($"sig={TestAzure.Secret}", request.Target, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_signed_address_of_a_catalog_is_fetched_and_shown_without_its_signature()
    {
        var entry = await SignedEntryAsync();

        AssertWhole(await Store.FetchAsync(entry, null));

        Assert.DoesNotContain("sig=", entry.Uri + entry, StringComparison.Ordinal);
        AssertNoSecretOnDisk();
        Assert.Empty(_azure.FrontRequests);
        Assert.All(_azure.StorageRequests, request => Assert.Contains($"sig={TestAzure.Secret}", request.Target, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_signature_of_a_catalog_that_has_ended_is_named_as_the_reason()
    {
        var entry = await SignedEntryAsync();
        _azure.Accepted = "another";

        var refusal = await Assert.ThrowsAsync<IngotException>(() => Store.FetchAsync(entry, null));

        Assert.Contains("does not accept the signature of its address in the catalog", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(TestAzure.Secret, refusal.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_redirect_of_a_signed_address_to_another_server_is_not_followed()
    {
        _azure.InterceptStorage = context =>
        {
            context.Response.Redirect(new Uri(_azure.Front, "elsewhere" + context.Request.QueryString).AbsoluteUri);
            return Task.FromResult(true);
        };

        var refusal = await Assert.ThrowsAsync<IngotException>(() => Store.FetchAsync(Entry, null));

        Assert.Contains("must not", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(_azure.FrontRequests, request => request.Target.StartsWith("/elsewhere", StringComparison.Ordinal));
        Assert.DoesNotContain(TestAzure.Secret, refusal.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_that_expires_on_the_way_is_renewed()
    {
        _azure.AddBlobs(1_500_000);
        var chunks = 0;
        _azure.OnChunk = () =>
        {
            // Every other address lives for a third of the way.
            if (Interlocked.Increment(ref chunks) % 30 == 0)
                _azure.Accepted = TestAzure.Secret + chunks;
            return true;
        };

        AssertWhole(await Store.FetchAsync(Entry, null));

        Assert.True(_azure.FrontRequests.Count(request => request.Target.Contains("nonazureaccount", StringComparison.Ordinal)) > 2);
    }

    [Fact]
    public async Task An_address_that_never_works_is_given_up()
    {
        _azure.InterceptStorage = context =>
        {
            var isFile = !context.Request.QueryString.Value!.Contains("comp=list", StringComparison.Ordinal);
            if (isFile)
                context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return Task.FromResult(isFile);
        };

        var refusal = await Assert.ThrowsAsync<IngotException>(() => Store.FetchAsync(Entry, null));

        Assert.Equal(ErrorCode.DownloadFailed, refusal.Code);
        Assert.Contains("does not accept", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("sig=", refusal.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_replaced_on_the_way_is_not_mixed_with_the_old_one()
    {
        // Several files are asked for at once, and none is sent before that.
        var replaced = new Lazy<byte[]>(() => _azure.Blobs["v3/model.onnx.data"] = TestHub.Bytes(300_000, 33));
        _azure.InterceptStorage = context => Task.FromResult(
            !context.Request.QueryString.Value!.Contains("comp=list", StringComparison.Ordinal) && replaced.Value.Length == 0);

        var refusal = await Assert.ThrowsAsync<IngotException>(() => Store.FetchAsync(Entry, null));
        Assert.Contains("was replaced", refusal.Message, StringComparison.Ordinal);

        AssertWhole(await Store.FetchAsync(Entry, null));
    }

    [Theory]
    [InlineData("ftp://127.0.0.1/container?sig=x")]
    [InlineData("not an address?sig=x")]
    [InlineData("http://127.0.0.1/container")]
    [InlineData("http://user:word@127.0.0.1/container?sig=x")]
    [InlineData("http://127.0.0.1/?sig=x")]
    public async Task An_address_that_is_no_storage_folder_is_refused_without_being_shown(string address)
    {
        _azure.Address = address;

        var refusal = await Assert.ThrowsAsync<IngotException>(() => Store.FetchAsync(Entry, null));

        Assert.Contains("storage address", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(address, refusal.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("v3/../evil.dll")]
    [InlineData("v3/con.json")]
    [InlineData("v3/MODEL.onnx")]
    public async Task A_blob_whose_name_is_no_files_is_refused_before_anything_is_fetched(string name)
    {
        _azure.Blobs[name] = TestHub.Bytes(10, 4);

        Assert.Equal(ErrorCode.InvalidValue, (await Assert.ThrowsAsync<IngotException>(() => Store.FetchAsync(Entry, null))).Code);
        Assert.All(_azure.StorageRequests, request => Assert.Contains("comp=list", request.Target, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("<html>")]
    [InlineData("<EnumerationResults/>")]
    [InlineData("<!DOCTYPE x [<!ENTITY a \"b\">]><EnumerationResults><Blobs>&a;</Blobs></EnumerationResults>")]
    [InlineData("<EnumerationResults><Blobs><Blob><Name>a</Name></Blob></Blobs></EnumerationResults>")]
    public async Task An_answer_that_is_no_list_of_blobs_is_refused(string answer)
    {
        _azure.InterceptStorage = async context =>
        {
            await context.Response.WriteAsync(answer);
            return true;
        };

        Assert.Contains("a form not known here", (await Assert.ThrowsAsync<IngotException>(() => Store.FetchAsync(Entry, null))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_the_registry_does_not_know_is_named()
    {
        var refusal = await Assert.ThrowsAsync<IngotException>(() => Store.FetchAsync(Entry with { Uri = TestAzure.Asset + "9" }, null));

        Assert.Equal(ErrorCode.ModelNotFound, refusal.Code);
    }

    [Fact]
    public void The_check_sum_is_the_standards()
    {
        var crc = new Crc64();
        crc.Append("123456789"u8);

        Assert.Equal("8898790A86148BAE", Convert.ToHexString(crc.Current()));
    }

    private async Task<ModelEntry> SignedEntryAsync()
    {
        using var elsewhere = new TemporaryFolder();
        var address = $"{_azure.Storage}container/{TestAzure.Prefix.Replace(" ", "%20", StringComparison.Ordinal)}?sv=2024&sr=c&sig={TestAzure.Secret}";
        var catalog = elsewhere.Write("catalog.json", $$"""[{"name":"{{Entry.Id}}","alias":"tiny","publisher":"Acme","uri":"{{address}}"}]""");
        return Assert.Single(await new CatalogFileSource(catalog).ListAsync(default));
    }

    private void AssertWhole(string path)
    {
        Assert.Equal(Path.Combine(Store.Location, "Acme", "Tiny-generic-cpu-3"), path);
        Assert.Equal(
            _azure.Blobs.Keys.Select(name => name["v3/".Length..]).Append(FolderManifest.FileName).Append(FolderManifest.DeclarationFile).Order(StringComparer.Ordinal),
            Directory.EnumerateFiles(path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        foreach (var (name, content) in _azure.Blobs)
            Assert.True(File.ReadAllBytes(Path.Combine(path, name["v3/".Length..])).AsSpan().SequenceEqual(content), $"{name} differs.");
        Assert.False(Directory.Exists(Staging));
    }

    private void AssertNoSecretOnDisk()
    {
        foreach (var file in Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories))
            Assert.DoesNotContain("secret", System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(file)), StringComparison.Ordinal);
    }

    private sealed class Stopper : IProgress<DownloadProgress>
    {
        public void Report(DownloadProgress value)
        {
            if (value.Percent > 50)
                throw new FormatException();
        }
    }
}
