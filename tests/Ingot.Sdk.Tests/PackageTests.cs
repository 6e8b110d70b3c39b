using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text.Json;
using Ingot.Testing;

namespace Ingot.Sdk.Tests;

/// <summary>The packed library, as a new project gets it from a folder of packages. INGOT_TEST_AOT=1 has it compiled to native code, too: minutes.</summary>
public sealed class PackageTests
{
    private const string Version = "0.1.0";

    [Fact]
    public async Task A_new_project_restores_the_packages_and_runs_the_documented_program()
    {
        using var folder = new TemporaryFolder();
        string feed = await PackAsync(folder);
        CheckPackage(Path.Combine(feed, $"Ingot.Sdk.{Version}.nupkg"));
        Assert.All(Directory.GetFiles(feed, "*.nupkg"), path => Assert.True(File.Exists(Path.ChangeExtension(path, ".snupkg")), $"{path} has no symbols"));

        folder.Write("app/app.csproj", Project(feed, folder["restored"], "<UseAppHost>false</UseAppHost>"));
        folder.Write("app/Program.cs", File.ReadAllText(RepositoryFiles.PathOf("samples", "NativeChat", "Program.cs")));
        string output = folder["out"];
        await SucceedAsync("build", folder["app/app.csproj"], "-nologo", "-v:q", "-o", output);

        string catalog = folder.Write("catalog.json", JsonSerializer.Serialize(new
        {
            models = new[] { new { name = "qwen2.5-0.5b-instruct-generic-cpu", version = 4, alias = "qwen2.5-0.5b", path = Path.Combine(output, "models", ShippedModel.Name) } },
        }));
        ProgramRun run = await ProgramRun.DotnetAsync(Path.Combine(output, "app.dll"), [], environment: new Dictionary<string, string>
        {
            ["INGOT_CATALOGS"] = catalog,
            ["HOME"] = folder.Path,
            ["USERPROFILE"] = folder.Path,
        });
        Assert.True(run.ExitCode == 0, run.Error + run.Output);
        Assert.Contains("ingot-tiny-embed", run.Output, StringComparison.Ordinal);
        Assert.Contains(ShippedModel.AnswerWord, run.Output, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_program_compiled_to_native_code_answers_and_the_library_gives_no_cause_for_warnings()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("INGOT_TEST_AOT") == "1", "Not compiled to native code: INGOT_TEST_AOT=1 asks for it.");
        Assert.SkipUnless(OperatingSystem.IsLinux() && ProgramRun.Exists("gcc"), "Not compiled to native code: there is no gcc.");
        Assert.SkipUnless(
            Directory.Exists(Path.Combine(GlobalPackages, "microsoft.dotnet.ilcompiler")), "Not compiled to native code: the compiler's package has never been restored here.");
        using var folder = new TemporaryFolder();
        string feed = await PackAsync(folder);
        string properties = $"<PublishAot>true</PublishAot><RuntimeIdentifier>{RuntimeInformation.RuntimeIdentifier}</RuntimeIdentifier><CppCompilerAndLinker>gcc</CppCompilerAndLinker>"
            + "<InvariantGlobalization>true</InvariantGlobalization>";
        folder.Write("app/app.csproj", Project(feed, folder["restored"], properties));
        folder.Write("app/Program.cs", File.ReadAllText(RepositoryFiles.PathOf("samples", "SeveralUsers", "Program.cs")));

        string said = await SucceedAsync("publish", folder["app/app.csproj"], "-nologo", "-o", folder["out"]);
        ProgramRun run = await ProgramRun.RunAsync(folder["out/app"], [], environment: new Dictionary<string, string> { ["HOME"] = folder.Path });

        Assert.DoesNotContain("Assembly 'Ingot.Sdk'", said, StringComparison.Ordinal);
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains(ShippedModel.AnswerWord, run.Output, StringComparison.OrdinalIgnoreCase);
    }

    private static string Configuration => new DirectoryInfo(AppContext.BaseDirectory).Name;

    private static void CheckPackage(string path)
    {
        using ZipArchive package = ZipFile.OpenRead(path);
        string[] entries = [.. package.Entries.Select(entry => entry.FullName)];

        Assert.Contains("README.md", entries);
        Assert.Contains("lib/net10.0/Ingot.Sdk.dll", entries);
        Assert.Contains("lib/net10.0/Ingot.Sdk.xml", entries);
        Assert.DoesNotContain(entries, entry => entry.StartsWith("runtimes/", StringComparison.Ordinal));
    }

    // What is not ours has been restored for the tests; nothing comes from the network.
    private static string Project(string feed, string restored, string properties) => $"""
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <OutputType>Exe</OutputType>
            <TargetFramework>net10.0</TargetFramework>
            <ImplicitUsings>enable</ImplicitUsings>
            <Nullable>enable</Nullable>
            {properties}
            <NuGetAudit>false</NuGetAudit>
            <RestoreSources>{feed}</RestoreSources>
            <RestorePackagesPath>{restored}</RestorePackagesPath>
            <RestoreFallbackFolders>{GlobalPackages}</RestoreFallbackFolders>
          </PropertyGroup>
          <ItemGroup>
            <PackageReference Include="Ingot.Sdk" Version="{Version}" />
          </ItemGroup>
        </Project>
        """;

    private static string GlobalPackages => Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } set
        ? set
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    private static async Task<string> PackAsync(TemporaryFolder folder)
    {
        await SucceedAsync(
            "msbuild", RepositoryFiles.PathOf("src", "Packages.proj"), "-nologo", "-v:q", $"-p:Configuration={Configuration}", $"-p:PackageOutputPath={folder["feed"]}");
        return folder["feed"];
    }

    private static async Task<string> SucceedAsync(params string[] arguments)
    {
        ProgramRun run = await ProgramRun.RunAsync("dotnet", arguments);
        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        return run.Output;
    }
}
