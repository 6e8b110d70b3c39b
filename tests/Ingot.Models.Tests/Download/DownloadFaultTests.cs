using System.Globalization;
using Ingot.Errors;
using Ingot.Models.Download;
using Ingot.Models.Tests.Hub;
using Microsoft.AspNetCore.Http;

namespace Ingot.Models.Tests.Download;

/// <summary>What a download survives, and what it refuses without leaving anything that looks like a model.</summary>
public sealed class DownloadFaultTests
{
    private const string Data = "model.onnx.data";

    [Fact]
    public async Task Connections_that_are_cut_cost_only_what_was_under_way()
    {
        await using var bench = await DownloadBench.CreateAsync(2_000_000);
        bench.Options = bench.Options with { MaxRetries = 20 };
        var chunks = 0;
        bench.Hub.OnChunk = _ => Task.FromResult(Interlocked.Increment(ref chunks) % 7 != 0);

        bench.AssertWhole(await bench.FetchAsync());

        // What was sent and not read yet is lost with its connection; beginning anew each time would never end.
        Assert.True(bench.Hub.SentBytes < 2_000_000 * 3, $"{bench.Hub.SentBytes} bytes were sent.");
    }

    [Fact]
    public async Task A_server_that_ignores_ranges_is_read_once_from_end_to_end()
    {
        await using var bench = await DownloadBench.CreateAsync(500_000);
        bench.Hub.IgnoresRanges = true;

        bench.AssertWhole(await bench.FetchAsync());

        Assert.Single(bench.Hub.FileRequests, request => request.Path.EndsWith(Data, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_server_that_ignores_ranges_and_cuts_connections_is_still_got_the_better_of()
    {
        await using var bench = await DownloadBench.CreateAsync(500_000);
        bench.Hub.IgnoresRanges = true;
        var cut = 0;
        bench.Hub.OnChunk = _ => Task.FromResult(Interlocked.Increment(ref cut) != 20);

        bench.AssertWhole(await bench.FetchAsync());
    }

    [Fact]
    public async Task Wrong_bytes_are_fetched_once_more()
    {
        await using var bench = await DownloadBench.CreateAsync();
        var isWrong = true;
        bench.Hub.Falsify = (name, content) =>
        {
            if (name != "model.onnx" || !isWrong)
                return content;
            isWrong = false;
            return TestHub.Bytes(content.Length, 77);
        };

        bench.AssertWhole(await bench.FetchAsync());
    }

    [Theory]
    [InlineData("model.onnx")]
    [InlineData("tokenizer.json")]
    public async Task A_file_that_stays_wrong_is_named_and_not_kept(string wrong)
    {
        await using var bench = await DownloadBench.CreateAsync();
        bench.Hub.Falsify = (name, content) => name == wrong ? TestHub.Bytes(content.Length, 77) : content;

        var refusal = await Assert.ThrowsAsync<IngotException>(() => bench.FetchAsync());

        Assert.Equal(ErrorCode.DownloadFailed, refusal.Code);
        Assert.Contains(wrong, refusal.Message, StringComparison.Ordinal);
        bench.AssertNothingInTheCache();
        Assert.False(File.Exists(Path.Combine(bench.Place.Content, wrong)));

        bench.Hub.Falsify = null;
        bench.Reports.Clear();
        bench.AssertWhole(await bench.FetchAsync());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    [InlineData(1_000_000)]
    public async Task A_size_other_than_listed_is_refused(int difference)
    {
        await using var bench = await DownloadBench.CreateAsync();
        bench.Hub.ListedSizes[Data] = 300_000 + difference;

        var refusal = await Assert.ThrowsAsync<IngotException>(() => bench.FetchAsync());

        Assert.Equal(ErrorCode.DownloadFailed, refusal.Code);
        Assert.Contains("but the file list says", refusal.Message, StringComparison.Ordinal);
        bench.AssertNothingInTheCache();
    }

    [Theory]
    [InlineData(-5)]
    [InlineData(long.MaxValue)]
    public async Task A_size_no_file_has_is_refused_before_anything_is_fetched(long size)
    {
        await using var bench = await DownloadBench.CreateAsync();
        bench.Hub.ListedSizes[Data] = size;

        await Assert.ThrowsAsync<IngotException>(() => bench.FetchAsync());

        Assert.Empty(bench.Hub.FileRequests);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task A_busy_server_is_asked_again(int status)
    {
        await using var bench = await DownloadBench.CreateAsync();
        var refused = 0;
        bench.Hub.Intercept = OnFiles((context, _) =>
        {
            if (Interlocked.Increment(ref refused) > 3)
                return Task.FromResult(false);
            context.Response.StatusCode = status;
            context.Response.Headers.RetryAfter = "0";
            return Task.FromResult(true);
        });

        bench.AssertWhole(await bench.FetchAsync());
        Assert.True(refused > 3);
    }

    [Fact]
    public async Task The_wait_a_busy_server_asks_for_is_kept()
    {
        await using var bench = await DownloadBench.CreateAsync();
        var clock = new HastyTime();
        bench.Options = bench.Options with { Time = clock };
        var refused = 0;
        bench.Hub.Intercept = OnFiles((context, _) =>
        {
            var number = Interlocked.Increment(ref refused);
            if (number > 2)
                return Task.FromResult(false);
            context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
            context.Response.Headers.RetryAfter = number == 1 ? "97" : clock.GetUtcNow().AddSeconds(211).ToString("R", CultureInfo.InvariantCulture);
            return Task.FromResult(true);
        });

        bench.AssertWhole(await bench.FetchAsync());

        Assert.Contains(clock.Waits, wait => wait == TimeSpan.FromSeconds(97));
        Assert.Contains(clock.Waits, wait => wait == TimeSpan.FromSeconds(211));
    }

    [Fact]
    public async Task A_server_that_stays_busy_is_named_with_its_answer()
    {
        await using var bench = await DownloadBench.CreateAsync();
        bench.Hub.Intercept = OnFiles((context, _) =>
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return Task.FromResult(true);
        });

        var refusal = await Assert.ThrowsAsync<IngotException>(() => bench.FetchAsync());

        Assert.Contains("503", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("tried 4 times", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_wants_to_be_left_alone_for_long_is_left_alone()
    {
        await using var bench = await DownloadBench.CreateAsync();
        bench.Hub.Intercept = OnFiles((context, _) =>
        {
            context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
            context.Response.Headers.RetryAfter = "7200";
            return Task.FromResult(true);
        });

        Assert.Contains("02:00:00", (await Assert.ThrowsAsync<IngotException>(() => bench.FetchAsync())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_falls_silent_is_given_up()
    {
        await using var bench = await DownloadBench.CreateAsync();
        bench.Options = bench.Options with { StallTime = TimeSpan.FromMilliseconds(100), MaxRetries = 1 };
        bench.Hub.OnChunk = async _ =>
        {
            await new TaskCompletionSource().Task.WaitAsync(TimeSpan.FromSeconds(20));
            return false;
        };

        Assert.Contains("silent", (await Assert.ThrowsAsync<IngotException>(() => bench.FetchAsync())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hub_that_is_down_is_named()
    {
        await using var bench = await DownloadBench.CreateAsync();
        var address = new Uri("http://127.0.0.1:9");
        bench.Options = bench.Options with { HubEndpoint = address };

        var refusal = await Assert.ThrowsAsync<IngotException>(() => bench.FetchAsync());

        Assert.Equal(ErrorCode.DownloadFailed, refusal.Code);
        Assert.Contains(address.Authority, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("cannot be reached", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("..\\evil.dll")]
    [InlineData("con.json")]
    [InlineData("a:b")]
    [InlineData("end.")]
    [InlineData("\u0007bell")]
    [InlineData("MODEL.ONNX")]
    public async Task A_file_name_that_is_none_is_refused_before_anything_is_fetched(string name)
    {
        await using var bench = await DownloadBench.CreateAsync();
        bench.Hub.Files[name] = TestHub.Bytes(100, 9);

        Assert.Equal(ErrorCode.InvalidValue, (await Assert.ThrowsAsync<IngotException>(() => bench.FetchAsync())).Code);
        Assert.Empty(bench.Hub.FileRequests);
    }

    [Theory]
    [InlineData("../evil.dll")]
    [InlineData("/etc/evil")]
    [InlineData("a/../../evil")]
    public async Task A_path_that_leads_elsewhere_is_no_file_of_the_model(string name)
    {
        await using var bench = await DownloadBench.CreateAsync();
        bench.Hub.Files[name] = TestHub.Bytes(100, 9);

        var path = await bench.FetchAsync();

        bench.Hub.Files.TryRemove(name, out _);
        bench.AssertWhole(path);
        Assert.Equal(["cache"], bench.Folder.Names);
    }

    [Theory]
    [InlineData("ftp://127.0.0.1/x")]
    [InlineData("file:///etc/passwd")]
    public async Task A_redirect_out_of_the_web_is_refused(string target)
    {
        await using var bench = await DownloadBench.CreateAsync();
        bench.Hub.Intercept = OnFiles((context, _) =>
        {
            context.Response.Redirect(target);
            return Task.FromResult(true);
        });

        Assert.Contains("redirects to", (await Assert.ThrowsAsync<IngotException>(() => bench.FetchAsync())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Redirects_in_a_circle_end()
    {
        await using var bench = await DownloadBench.CreateAsync();
        bench.Hub.Intercept = OnFiles((context, request) =>
        {
            context.Response.Redirect(request.Path);
            return Task.FromResult(true);
        });

        Assert.Contains("redirects", (await Assert.ThrowsAsync<IngotException>(() => bench.FetchAsync())).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{\"sha\":7}")]
    [InlineData("{\"sha\":\"../..\"}")]
    [InlineData("{\"sha\":\"\\ud800\"}")]
    public async Task An_answer_that_is_no_list_is_refused(string answer)
    {
        await using var bench = await DownloadBench.CreateAsync();
        bench.Hub.Intercept = async (context, _) =>
        {
            await context.Response.WriteAsync(answer);
            return true;
        };

        Assert.Equal(ErrorCode.DownloadFailed, (await Assert.ThrowsAsync<IngotException>(() => bench.FetchAsync())).Code);
    }

    [Fact]
    public async Task A_disk_without_room_is_refused_with_the_numbers_before_anything_is_fetched()
    {
        await using var bench = await DownloadBench.CreateAsync(3_000_000);
        bench.Options = bench.Options with { FreeBytes = _ => (64L << 20) + 2_000_000 };

        var refusal = await Assert.ThrowsAsync<IngotException>(() => bench.FetchAsync());

        Assert.Equal(ErrorCode.InsufficientStorage, refusal.Code);
        Assert.Contains("3.0 MB", refusal.Message, StringComparison.Ordinal);
        Assert.Empty(bench.Hub.FileRequests);
    }

    [Fact]
    public void Free_room_is_known_where_the_tests_run() =>
        Assert.True(DiskSpace.FreeBytes(Path.GetTempPath()) > 0, string.Create(CultureInfo.InvariantCulture, $"{DiskSpace.FreeBytes(Path.GetTempPath())}"));

    private static Func<HttpContext, HubRequest, Task<bool>> OnFiles(Func<HttpContext, HubRequest, Task<bool>> intercept) =>
        (context, request) => request.Path.Contains("/resolve/", StringComparison.Ordinal) ? intercept(context, request) : Task.FromResult(false);
}
