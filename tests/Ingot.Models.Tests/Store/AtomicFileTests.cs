using System.Text;
using Ingot.Models.Store;
using Ingot.Testing;

namespace Ingot.Models.Tests.Store;

/// <summary>A file that is there whole or not at all.</summary>
public sealed class AtomicFileTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Everybody = OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private static readonly byte[] Old = "old"u8.ToArray();
    private static readonly byte[] New = Encoding.UTF8.GetBytes(new string('n', 100_000));

    private readonly TemporaryFolder _folder = new();

    private string Target => _folder["keys.json"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_new_text_takes_the_place_of_the_old_one_and_nothing_else_is_left()
    {
        File.WriteAllBytes(Target, New);

        AtomicFile.Write(Target, Old, FileReaders.Owner);

        Assert.Equal(Old, File.ReadAllBytes(Target));
        Assert.Equal(["keys.json"], _folder.Names);
    }

    [Fact]
    public void Missing_folders_are_made()
    {
        AtomicFile.Write(_folder["a/b/file"], New, FileReaders.Owner);

        Assert.Equal(New, File.ReadAllBytes(_folder["a/b/file"]));
    }

    /// <summary>What a reader finds half-way is what is left when the writer is killed there.</summary>
    [Fact]
    public void Half_way_the_old_text_is_whole_and_the_new_one_is_this_users_alone()
    {
        File.WriteAllBytes(Target, Old);
        SetMode(Target, Everybody);
        List<UnixFileMode> seen = [];

        AtomicFile.Write(
            Target,
            stream =>
            {
                seen.Add(ModeOf(stream.Name));
                stream.Write(New.AsSpan(0, New.Length / 2));
                stream.Flush();
                seen.Add(ModeOf(stream.Name));
                Assert.Equal(_folder.Path, Path.GetDirectoryName(stream.Name));
                Assert.Equal(Old, File.ReadAllBytes(Target));
                stream.Write(New.AsSpan(New.Length / 2));
            },
            FileReaders.Owner);

        Assert.Equal(New, File.ReadAllBytes(Target));
        Assert.All([.. seen, ModeOf(Target)], mode => Assert.Equal(OwnerOnly, mode));
    }

    [Fact]
    public void Where_the_disk_is_full_the_old_text_stays_and_nothing_else()
    {
        File.WriteAllBytes(Target, Old);

        var failure = Assert.Throws<IOException>(() => AtomicFile.Write(
            Target,
            stream =>
            {
                stream.Write(New);
                throw new IOException("No space left on device.");
            },
            FileReaders.Owner));

        Assert.Equal("No space left on device.", failure.Message);
        Assert.Equal(Old, File.ReadAllBytes(Target));
        Assert.Equal(["keys.json"], _folder.Names);
    }

    [Fact]
    public void Where_nothing_can_be_put_in_its_place_nothing_is_left()
    {
        Directory.CreateDirectory(Target);
        File.WriteAllBytes(_folder["file"], Old);

        var replaced = Assert.ThrowsAny<Exception>(() => AtomicFile.Write(Target, New, FileReaders.Owner));
        var below = Assert.ThrowsAny<IOException>(() => AtomicFile.Write(_folder["file/keys.json"], New, FileReaders.Owner));

        Assert.True(replaced is IOException or UnauthorizedAccessException, replaced.ToString());
        Assert.Contains("file", below.Message, StringComparison.Ordinal);
        Assert.Equal(["file", "keys.json"], _folder.Names);
    }

    [Fact]
    public void Who_may_read_it_is_as_it_was_or_this_user_or_anybody()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no modes.");
        SetMode(_folder.Write("shared", "old"), Everybody | UnixFileMode.GroupWrite);
        SetMode(_folder.Write("plain", "old"), OwnerOnly);

        AtomicFile.Write(_folder["shared"], New, FileReaders.AsBefore);
        AtomicFile.Write(_folder["fresh"], New, FileReaders.AsBefore);
        AtomicFile.Write(_folder["plain"], New, FileReaders.Anybody);

        Assert.Equal(Everybody | UnixFileMode.GroupWrite, ModeOf(_folder["shared"]));
        Assert.Equal(OwnerOnly, ModeOf(_folder["fresh"]));
        Assert.Equal(ModeOf(_folder.Write("by umask", "")), ModeOf(_folder["plain"]));
    }

    [Fact]
    public void A_link_stays_a_link_also_one_to_nothing()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Making symbolic links needs special rights on Windows.");
        File.CreateSymbolicLink(_folder["link"], _folder.Write("there/target", "old"));
        File.CreateSymbolicLink(_folder["dangling"], _folder["elsewhere/target"]);

        AtomicFile.Write(_folder["link"], New, FileReaders.Owner);
        AtomicFile.Write(_folder["dangling"], New, FileReaders.Owner);

        Assert.NotNull(new FileInfo(_folder["link"]).LinkTarget);
        Assert.Equal(New, File.ReadAllBytes(_folder["there/target"]));
        Assert.Equal(New, File.ReadAllBytes(_folder["elsewhere/target"]));
        Assert.Equal(["dangling", "elsewhere", "link", "there"], _folder.Names);
    }

    [Fact]
    public void What_a_killed_process_left_is_removed_by_a_later_writing_and_nothing_else()
    {
        string mark = Guid.NewGuid().ToString("N");
        DateTime old = DateTime.UtcNow - TimeSpan.FromHours(2);
        string[] others = ["keys.json.lock", $"keys.json.{mark[1..]}", $"keys.json.{mark}.bak", $"other.json.{mark}"];
        foreach (string name in (string[])[$"keys.json.{mark}", .. others])
            File.SetLastWriteTimeUtc(_folder.Write(name, "half"), old);
        string young = _folder.Write($"keys.json.{Guid.NewGuid():N}", "half");

        AtomicFile.Write(Target, New, FileReaders.Owner);

        Assert.Equal(((string[])["keys.json", Path.GetFileName(young), .. others]).Order(StringComparer.Ordinal), _folder.Names);
    }

    private static UnixFileMode ModeOf(string path) => OperatingSystem.IsWindows() ? OwnerOnly : File.GetUnixFileMode(path);

    private static void SetMode(string path, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, mode);
    }
}
