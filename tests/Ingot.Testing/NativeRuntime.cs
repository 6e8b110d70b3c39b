using Ingot.Errors;
using Ingot.OnnxRuntime;
using Ingot.OnnxRuntime.Installation;

namespace Ingot.Testing;

/// <summary>
/// ONNX Runtime for the tests that need it: the build the environment names, else one that the first test to ask fetches with npm
/// and keeps beside the build's outputs. Where neither can be had those tests are skipped and say why.
/// </summary>
public static class NativeRuntime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan RetryAfter = TimeSpan.FromMinutes(10);

    private static readonly Lazy<OnnxRuntimeSearch> Found = new(Find);

    /// <summary>Where it is, or why it is not.</summary>
    public static OnnxRuntimeSearch Search => Found.Value;

    /// <summary>The library, or null; a test that needs it is skipped for <see cref="OnnxRuntimeSearch.Reason"/>.</summary>
    public static OnnxRuntimeLibrary? Library => Search.Library;

    private static string Home => RepositoryFiles.PathOf("artifacts", "onnxruntime");

    private static OnnxRuntimeSearch Find()
    {
        string? named = Environment.GetEnvironmentVariable(OnnxRuntimeSearch.Variable);
        if (!string.IsNullOrEmpty(named))
            return OnnxRuntimeSearch.Find(named, Home);
        try
        {
            Directory.CreateDirectory(Home);
            using FileStream turn = Wait(Path.Combine(Home, "lock"));
            if (!Directory.Exists(OnnxRuntimeSearch.RuntimeFolder(Home)))
            {
                // What one test program could not fetch, the next one a moment later cannot either.
                var failure = new FileInfo(Path.Combine(Home, "failure"));
                if (failure.Exists && DateTime.UtcNow - failure.LastWriteTimeUtc < RetryAfter)
                    return OnnxRuntimeSearch.Absent(File.ReadAllText(failure.FullName));
                using var patience = new CancellationTokenSource(Patience);
                OnnxRuntimeInstaller.InstallAsync(Home, patience.Token).GetAwaiter().GetResult();
            }
        }
        catch (Exception exception) when (exception is IngotException or OperationCanceledException or IOException)
        {
            Console.Error.WriteLine($"Tests with ONNX Runtime are skipped: {exception.Message}");
            File.WriteAllText(Path.Combine(Home, "failure"), exception.Message);
            return OnnxRuntimeSearch.Absent(exception.Message);
        }
        return OnnxRuntimeSearch.Find(null, Home);
    }

    // Several test programs may run beside each other; the first one fetches.
    private static FileStream Wait(string path)
    {
        DateTime end = DateTime.UtcNow + Patience;
        using var pause = new ManualResetEventSlim();
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (DateTime.UtcNow < end)
            {
                pause.Wait(TimeSpan.FromMilliseconds(200));
            }
        }
    }
}
