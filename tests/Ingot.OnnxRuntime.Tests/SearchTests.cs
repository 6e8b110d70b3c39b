using System.Runtime.CompilerServices;
using Ingot.Errors;
using Ingot.OnnxRuntime.Native;
using Ingot.Testing;

namespace Ingot.OnnxRuntime.Tests;

public sealed class SearchTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void A_variable_that_names_nothing_is_told_and_nothing_else_is_tried()
    {
        OnnxRuntimeSearch search = OnnxRuntimeSearch.Find(Path.Combine(_folder.Path, "nowhere"), _folder.Path);

        Assert.Null(search.Library);
        Assert.Contains("INGOT_ONNXRUNTIME", search.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_no_library_is_told()
    {
        string path = Path.Combine(_folder.Path, "libonnxruntime.so.1");
        File.WriteAllText(path, "no library");

        OnnxRuntimeSearch search = OnnxRuntimeSearch.Find(path, _folder.Path);

        Assert.Null(search.Library);
        Assert.Contains("cannot be loaded", search.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_library_is_not_taken_for_it()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The library this names is Linux's.");

        IngotException refusal = Assert.Throws<IngotException>(() => OnnxRuntimeLibrary.Load("libc.so.6"));

        Assert.Contains("is not the ONNX Runtime library", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_library_tells_its_version_and_what_it_computes_with()
    {
        Assert.SkipWhen(NativeRuntime.Library is null, NativeRuntime.Search.Reason);
        OnnxRuntimeLibrary library = NativeRuntime.Library!;

        Assert.True(Version.Parse(library.Version) >= new Version(1, 30), library.Version);
        Assert.Contains("CPUExecutionProvider", library.Providers);
        Assert.Equal(
            Directory.EnumerateFiles(Path.GetDirectoryName(library.Path)!, "*onnxruntime_providers_cuda.*").Any(),
            library.Providers.Contains("CUDAExecutionProvider"));
        Assert.NotEmpty(library.BuildInfo);
        Assert.True(File.Exists(library.Path), library.Path);
    }

    [Fact]
    public void The_folder_of_the_library_will_do_for_the_variable()
    {
        Assert.SkipWhen(NativeRuntime.Library is null, NativeRuntime.Search.Reason);

        OnnxRuntimeSearch search = OnnxRuntimeSearch.Find(Path.GetDirectoryName(NativeRuntime.Library!.Path), _folder.Path);

        Assert.NotNull(search.Library);
    }

    [Fact]
    public unsafe void The_entry_has_two_pointers() => Assert.Equal(2 * sizeof(nint), Unsafe.SizeOf<OrtApiBase>());

    // The header's order never changes; these are the ends of its early versions and the first and last place used.
    [Theory]
    [InlineData(nameof(OrtSlot.CreateStatus), 0)]
    [InlineData(nameof(OrtSlot.ReleaseSessionOptions), 100)]
    [InlineData(nameof(OrtSlot.GetAvailableProviders), 125)]
    [InlineData(nameof(OrtSlot.AddSessionConfigEntry), 130)]
    [InlineData(nameof(OrtSlot.ClearBoundOutputs), 142)]
    [InlineData(nameof(OrtSlot.AppendProvider), 216)]
    public void Functions_are_where_the_interface_puts_them(string name, int place) => Assert.Equal(place, (int)Enum.Parse<OrtSlot>(name));

    [Fact]
    public void No_place_is_used_twice() => Assert.Distinct(Enum.GetValues<OrtSlot>().Select(slot => (int)slot));

    [Fact]
    public void Memory_is_zero_and_keeps_to_its_bounds()
    {
        using var buffer = new OrtBuffer(64);

        Assert.Equal(new byte[64], buffer.Slice<byte>(0, 64).ToArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.Slice<float>(4, 16).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.Slice<byte>(-1, 1).Length);
        Assert.Throws<IngotException>(() => new OrtBuffer(long.MaxValue));
        buffer.Dispose();
        Assert.Throws<ObjectDisposedException>(() => buffer.Slice<byte>(0, 1).Length);
    }

    public void Dispose() => _folder.Dispose();
}
