using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;

namespace Berth.Wire;

/// <summary>
/// The access keys of one installation, in a file in the format of AWS's shared credentials, so that any AWS client can
/// be pointed at it. The profile <c>default</c> is the account's root; every other profile NAME is the user
/// <c>berth/NAME</c>. A profile's <c>aws_account_id</c>, where given, overrides the installation's account.
/// </summary>
/// <remarks>Read once: a changed file counts from the next start.</remarks>
public sealed class CredentialsFile : IAccessKeys
{
    /// <summary>The account's own profile.</summary>
    public const string RootProfile = "default";

    /// <summary>The container instances' profile.</summary>
    public const string AgentProfile = "agent";

    /// <summary>The balancer's profile.</summary>
    public const string BalancerProfile = "balancer";

    /// <summary>A larger file is not one of ours.</summary>
    public const int MostBytes = 1 << 20;

    private const int MostLockAttempts = 1000;
    private const string KeyAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private static readonly string[] OwnProfiles = [RootProfile, AgentProfile, BalancerProfile];

    private readonly Dictionary<string, AccessKey> byProfile;
    private readonly FrozenDictionary<string, AccessKey> byId;

    private CredentialsFile(Dictionary<string, AccessKey> byProfile)
    {
        this.byProfile = byProfile;
        byId = byProfile.Values.ToFrozenDictionary(key => key.AccessKeyId, StringComparer.Ordinal);
    }

    /// <summary>
    /// Reads the file; where it or one of the three profiles is missing, adds it with fresh random keys. A new file can
    /// be read by its owner alone. Two processes that start together agree on one file.
    /// </summary>
    /// <param name="path">The file's path; its directory is made when missing.</param>
    /// <param name="accountId">The account of profiles that name none.</param>
    /// <exception cref="InvalidDataException">The file is not of this format; nothing was changed.</exception>
    public static CredentialsFile OpenOrCreate(string path, string accountId)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);    // A file's full path has a directory.
        var keys = Parse(Read(path), accountId);
        if (Missing(keys).Length > 0)
        {
            using var alone = Lock(path);
            var text = Read(path);
            keys = Parse(text, accountId);    // Another process may have been first; then its keys count.
            if (Missing(keys) is { Length: > 0 } missing)
            {
                text = WithFreshKeys(text, missing);
                Replace(path, text);
                keys = Parse(text, accountId);
            }
        }

        return new(keys);
    }

    /// <inheritdoc/>
    public AccessKey? Find(string accessKeyId) => byId.GetValueOrDefault(accessKeyId);

    /// <summary>What a process signs with that runs as the profile.</summary>
    /// <exception cref="KeyNotFoundException">The file has no such profile.</exception>
    public AwsCredentials Credentials(string profile) => byProfile.TryGetValue(profile, out var key)
        ? new(key.AccessKeyId, key.SecretAccessKey)
        : throw new KeyNotFoundException($"The credentials file has no profile '{profile}'.");

    private static string[] Missing(Dictionary<string, AccessKey> keys) => [.. OwnProfiles.Where(profile => !keys.ContainsKey(profile))];

    private static string Read(string path)
    {
        var file = new FileInfo(path);
        return !file.Exists ? ""
            : file.Length <= MostBytes ? File.ReadAllText(path)
            : throw new InvalidDataException($"'{path}' is too large for a credentials file.");
    }

    /// <summary>Waits until no other process writes the file. The lock goes with its process, however that ends.</summary>
    private static FileStream Lock(string path)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return new FileStream($"{path}.lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (attempt < MostLockAttempts)
            {
                Thread.Sleep(10);
            }
        }
    }

    private static void Replace(string path, string text)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        var draft = $"{path}.new";
        File.Delete(draft);    // A draft left by a crash may have another mode.
        using (var file = new StreamWriter(draft, new UTF8Encoding(false), options))
        {
            file.Write(text);
        }

        File.Move(draft, path, overwrite: true);
    }

    private static string WithFreshKeys(string text, IEnumerable<string> profiles)
    {
        var result = new StringBuilder(text);
        foreach (var profile in profiles)
        {
            if (result.Length > 0)
            {
                result.Append(result[^1] == '\n' ? "\n" : "\n\n");
            }

            result.Append('[').Append(profile).Append("]\n")
                .Append("aws_access_key_id = AKIA").Append(RandomNumberGenerator.GetString(KeyAlphabet, 16)).Append('\n')
                .Append("aws_secret_access_key = ").Append(Convert.ToBase64String(RandomNumberGenerator.GetBytes(30))).Append('\n');
        }

        return result.ToString();
    }

    private static Dictionary<string, AccessKey> Parse(string text, string accountId)
    {
        var result = new Dictionary<string, AccessKey>(StringComparer.Ordinal);
        foreach (var (profile, members) in Profiles(text))
        {
            if (!members.TryGetValue("aws_access_key_id", out var id) || !members.TryGetValue("aws_secret_access_key", out var secret))
            {
                throw new InvalidDataException($"The credentials file's profile '{profile}' lacks its key id or its secret.");
            }

            var account = members.GetValueOrDefault("aws_account_id", accountId);
            if (result.Values.Any(key => key.AccessKeyId == id))
            {
                throw new InvalidDataException($"The credentials file holds the key id {id} twice.");
            }

            var who = profile == RootProfile ? "root" : $"user/berth/{profile}";
            result[profile] = new(id, secret, account, $"arn:aws:iam::{account}:{who}");
        }

        return result;
    }

    private static Dictionary<string, Dictionary<string, string>> Profiles(string text)
    {
        var profiles = new Dictionary<string, Dictionary<string, string>>(StringComparer.Ordinal);
        Dictionary<string, string>? current = null;
        foreach (var raw in text.Split('\n'))
        {
            var line = raw.Trim();
            if (line.Length == 0 || line[0] is '#' or ';')
            {
                continue;
            }

            if (line[0] == '[' && line[^1] == ']')
            {
                var name = line[1..^1].Trim();
                current = profiles.TryGetValue(name, out var known) ? known : profiles[name] = new(StringComparer.OrdinalIgnoreCase);
            }
            else if (current is not null && line.IndexOf('=', StringComparison.Ordinal) is > 0 and var at)
            {
                current[line[..at].TrimEnd()] = line[(at + 1)..].TrimStart();
            }
            else
            {
                throw new InvalidDataException("The credentials file has a line that is neither a [profile] nor name = value.");
            }
        }

        return profiles;
    }
}
