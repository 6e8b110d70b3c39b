using Ingot.Engine;
using Ingot.Errors;
using Ingot.Service.Hosting;
using Ingot.Testing;

namespace Ingot.Service.Tests.Hosting;

public sealed class ModelNeedTests : IDisposable
{
    private readonly TinyModel _model = new();

    private string Folder => _model.Entry.LocalPath!;

    public void Dispose() => _model.Dispose();

    [Theory]
    [InlineData(400_000, 100_000)]
    [InlineData(100_000, 50_000)]
    [InlineData(40_000, 40_960)]
    [InlineData(0, 40_960)]
    [InlineData(long.MaxValue / 4, 800_000)]
    public void A_cache_takes_a_quarter_of_what_is_free_or_one_context_of_half_of_it_but_what_is_of_use(long free, long expected)
    {
        var need = new ModelNeed(0) { CacheBytesPerToken = 10, ContextLength = 10_000, ContextCount = 8 };

        Assert.Equal(expected, need.CacheBytes(free));
    }

    [Fact]
    public void What_was_asked_for_is_taken_as_far_as_it_is_of_use()
    {
        var need = new ModelNeed(1000) { CacheBytesPerToken = 10, ContextLength = 100, ContextCount = 2, WantedCacheBytes = 1500 };

        Assert.Equal((2500, 1500), (need.LeastBytes, need.CacheBytes(0)));
        Assert.Equal(2000, (need with { WantedCacheBytes = 5000 }).CacheBytes(0));
    }

    [Fact]
    public void Absurd_sizes_are_large_and_do_not_overflow()
    {
        var need = new ModelNeed(long.MaxValue / 4) { CacheBytesPerToken = 1L << 40, ContextLength = int.MaxValue, ContextCount = 512 };

        Assert.Equal(long.MaxValue / 4, need.LeastBytes);
        Assert.Equal(long.MaxValue / 4, need.CacheBytes(long.MaxValue));
    }

    [Fact]
    public void It_is_told_from_configuration_and_files()
    {
        File.WriteAllBytes(Path.Combine(Folder, "model.onnx"), new byte[1000]);
        File.WriteAllBytes(Path.Combine(Folder, "model.onnx.data"), new byte[50_000]);
        File.WriteAllBytes(Path.Combine(Folder, "other.onnx.data"), new byte[7_000]);

        var need = ModelFiles.Estimate(Folder, new IngotOptions { MaxSequences = 3, KvCacheMegabytes = 2 });

        Assert.Equal((51_000, 64, 512, 3), (need.WeightBytes, need.CacheBytesPerToken, need.ContextLength, need.ContextCount));
        Assert.Equal(2 << 20, need.WantedCacheBytes);
        Assert.Equal(32, ModelFiles.Estimate(Folder, new IngotOptions { KvCache = KvCacheFormat.Fp16 }).CacheBytesPerToken);
        Assert.Equal(112, ModelFiles.Estimate(Folder, new IngotOptions { ContextLengthLimit = 100 }).ContextLength);
    }

    [Fact]
    public void Weights_in_files_of_other_names_count_too()
    {
        File.WriteAllBytes(Path.Combine(Folder, "model.onnx"), new byte[1000]);
        File.WriteAllBytes(Path.Combine(Folder, "weights.bin"), new byte[9000]);

        Assert.Equal(10_000, ModelFiles.Estimate(Folder, new IngotOptions()).WeightBytes);
    }

    [Fact]
    public void A_stamp_changes_with_any_file_and_with_nothing_else()
    {
        var stamp = ModelFiles.Stamp(Folder);
        Assert.Equal(stamp, ModelFiles.Stamp(Folder));

        Directory.CreateDirectory(Path.Combine(Folder, "inner"));
        File.WriteAllText(Path.Combine(Folder, "inner", "more"), "");
        var added = ModelFiles.Stamp(Folder);
        File.SetLastWriteTimeUtc(Path.Combine(Folder, "inner", "more"), new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        var written = ModelFiles.Stamp(Folder);

        Assert.Equal(3, new[] { stamp, added, written }.Distinct().Count());
        Assert.Equal(0, ModelFiles.Stamp(null));
        Assert.Equal(0, ModelFiles.Stamp(Path.Combine(Folder, "absent")));
    }

    [Fact]
    public void The_machines_own_share_is_the_budget_where_nobody_says()
    {
        var usual = new IngotOptions().MemoryBudgetBytes;

        Assert.InRange(usual, 64L << 20, MachineMemory.TotalBytes);
        Assert.Equal(512L << 20, new IngotOptions { MemoryBudgetMegabytes = 512 }.MemoryBudgetBytes);
    }
}
