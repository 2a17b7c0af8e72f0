using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Berth.Wire;

namespace Berth.Host;

/// <summary>What was chosen when the installation was started last; kept in its data directory for the commands that come after.</summary>
/// <param name="Port">The front door's port on 127.0.0.1.</param>
/// <param name="AccountId">The 12-digit account.</param>
/// <param name="Instances">How many container instances share this machine.</param>
internal sealed record Settings(int Port = 8383, string AccountId = "000000000000", int Instances = 1)
{
    internal const int MostInstances = 64;

    internal static bool IsAccountId(string text) => text.Length == 12 && text.All(char.IsAsciiDigit);
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, WriteIndented = true)]
[JsonSerializable(typeof(Settings))]
internal sealed partial class SettingsJson : JsonSerializerContext;

/// <summary>One data directory and what runs over it.</summary>
/// <param name="DataDirectory">Its full path.</param>
/// <param name="Settings">The settings in force, or the defaults before the first start.</param>
internal sealed record Installation(string DataDirectory, Settings Settings)
{
    /// <summary>The region of commands and roles where nothing else is said.</summary>
    internal const string DefaultRegion = "us-east-1";

    /// <summary>The cluster that the container instances of <c>berth up</c> join.</summary>
    internal const string DefaultCluster = "default";

    /// <summary>The repository the bootstrap script lies in, which it tells by <c>BERTH_HOME</c>; else the current directory.</summary>
    internal static string Home => Environment.GetEnvironmentVariable("BERTH_HOME") is { Length: > 0 } home ? home : Environment.CurrentDirectory;

    /// <summary>The region that the AWS CLI would take from the environment; else <see cref="DefaultRegion"/>.</summary>
    internal static string RegionOf(Func<string, string?> variable) =>
        variable("AWS_REGION") is { Length: > 0 } region ? region
        : variable("AWS_DEFAULT_REGION") is { Length: > 0 } usual ? usual
        : DefaultRegion;

    /// <summary>The account that <c>BERTH_ACCOUNT_ID</c> names; null when it names none.</summary>
    internal static string? AccountOfEnvironment => Environment.GetEnvironmentVariable("BERTH_ACCOUNT_ID") is { Length: > 0 } id
        ? Settings.IsAccountId(id) ? id : throw new CommandException($"BERTH_ACCOUNT_ID is '{id}'; an account has 12 digits.")
        : null;

    internal Uri Endpoint => new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Settings.Port}"));

    internal string CredentialsPath => Path.Combine(DataDirectory, "credentials");

    /// <summary>Pid files and the supervisor's lock.</summary>
    internal string RunDirectory => Path.Combine(DataDirectory, "run");

    internal string LogOf(string role) => Path.Combine(DataDirectory, $"{role}.log");

    internal string AgentDirectory(string name) => Path.Combine(DataDirectory, "agent", name);

    /// <summary>The balancer's directory.</summary>
    internal string BalancerDirectory => Path.Combine(DataDirectory, "balancer");

    /// <summary>The configuration the balancer keeps; once it is there, the balancer serves, with the server or without.</summary>
    internal string BalancerConfigurationPath => Path.Combine(BalancerDirectory, "configuration.json");

    private string SettingsPath => Path.Combine(DataDirectory, "settings.json");

    /// <summary>The installation in a directory: the one named, else <c>BERTH_DATA</c>, else <c>.berth</c> in the repository.</summary>
    /// <exception cref="CommandException">Its settings cannot be read.</exception>
    internal static Installation At(string? directory)
    {
        var chosen = directory ?? (Environment.GetEnvironmentVariable("BERTH_DATA") is { Length: > 0 } data ? data : Path.Combine(Home, ".berth"));
        var defaults = new Settings();
        var installation = new Installation(Path.GetFullPath(chosen), defaults with { AccountId = AccountOfEnvironment ?? defaults.AccountId });
        try
        {
            return File.Exists(installation.SettingsPath)
                ? installation with { Settings = JsonSerializer.Deserialize(File.ReadAllText(installation.SettingsPath), SettingsJson.Default.Settings) ?? new() }
                : installation;
        }
        catch (JsonException exception)
        {
            throw new CommandException($"{installation.SettingsPath} is damaged ({exception.Message}). Remove it and start Berth again.");
        }
    }

    /// <summary>Keeps the settings for later commands.</summary>
    internal void Save()
    {
        Directory.CreateDirectory(DataDirectory);
        var draft = SettingsPath + ".new";
        File.WriteAllText(draft, JsonSerializer.Serialize(Settings, SettingsJson.Default.Settings) + "\n");
        File.Move(draft, SettingsPath, overwrite: true);
    }

    /// <summary>The keys, made at the first call.</summary>
    internal CredentialsFile OpenCredentials()
    {
        try
        {
            return CredentialsFile.OpenOrCreate(CredentialsPath, Settings.AccountId);
        }
        catch (InvalidDataException exception)
        {
            throw new CommandException($"{CredentialsPath}: {exception.Message}");
        }
    }

    /// <summary>The names of the container instances that <c>berth up</c> runs.</summary>
    internal IEnumerable<string> InstanceNames() =>
        Enumerable.Range(1, Settings.Instances).Select(number => number.ToString(CultureInfo.InvariantCulture));
}
