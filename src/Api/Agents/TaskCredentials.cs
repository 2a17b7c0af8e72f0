using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Berth.Wire;

namespace Berth.Api;

/// <summary>
/// Temporary keys of tasks' roles. They are derived from a secret of this control plane, the task and the day's part, so
/// that nothing needs to be stored: after a restart the same keys are known again when the agent connects.
/// </summary>
public sealed class TaskCredentials(byte[] secret, TimeProvider clock)
{
    /// <summary>How long keys are good; they are renewed well before.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromHours(12);

    /// <summary>How often keys are renewed: sooner than they change, so that those a task has are always good for an hour more.</summary>
    public static readonly TimeSpan Renewal = TimeSpan.FromHours(5);

    /// <summary>The parts of a day in which the same keys are issued.</summary>
    private static readonly long PeriodSeconds = (long)TimeSpan.FromHours(6).TotalSeconds;

    private const int LeastKept = 1024;

    private int sweepAt = LeastKept;

    private readonly ConcurrentDictionary<string, (AccessKey Key, DateTimeOffset Until)> issued = new(StringComparer.Ordinal);

    /// <summary>The role credentials of a task as an agent receives them; the id stays the same over renewals.</summary>
    /// <param name="account">The task's account.</param>
    /// <param name="taskArn">The task.</param>
    /// <param name="roleType"><c>TaskApplication</c> or <c>TaskExecution</c>.</param>
    /// <param name="roleArn">The role.</param>
    public JsonObject Issue(string account, string taskArn, string roleType, string roleArn)
    {
        var now = clock.GetUtcNow();
        var period = now.ToUnixTimeSeconds() / PeriodSeconds;
        var (key, until) = Make(account, taskArn, roleType, roleArn, period);
        issued[key.AccessKeyId] = (key, until);

        // The task may still have the last period's, from before a restart of this process.
        if (Make(account, taskArn, roleType, roleArn, period - 1) is var (last, lastUntil) && lastUntil > now)
        {
            issued[last.AccessKeyId] = (last, lastUntil);
        }

        if (issued.Count >= sweepAt)
        {
            Sweep(now);
        }

        return new()
        {
            ["credentialsId"] = new Guid(Derive("id", taskArn, roleType, 0).AsSpan(0, 16)).ToString(),
            ["roleArn"] = roleArn,
            ["accessKeyId"] = key.AccessKeyId,
            ["secretAccessKey"] = key.SecretAccessKey,
            ["sessionToken"] = key.SessionToken,
            ["expiration"] = until.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture),
        };
    }

    /// <summary>An issued key that is still good.</summary>
    public AccessKey? Find(string accessKeyId)
    {
        if (!issued.TryGetValue(accessKeyId, out var found))
        {
            return null;
        }

        if (found.Until > clock.GetUtcNow())
        {
            return found.Key;
        }

        issued.TryRemove(accessKeyId, out _);
        return null;
    }

    private (AccessKey Key, DateTimeOffset Until) Make(string account, string taskArn, string roleType, string roleArn, long period)
    {
        var role = roleArn[(roleArn.LastIndexOf('/') + 1)..];
        var session = taskArn[(taskArn.LastIndexOf('/') + 1)..];
        var key = new AccessKey(
            $"ASIA{Base32(Derive("key", taskArn, roleType, period))[..16]}",
            Convert.ToBase64String(Derive("secret", taskArn, roleType, period))[..40],
            account,
            $"arn:aws:sts::{account}:assumed-role/{role}/{session}");
        return (key with { SessionToken = Convert.ToBase64String(Derive("token", taskArn, roleType, period)) }, DateTimeOffset.FromUnixTimeSeconds(period * PeriodSeconds) + Life);
    }

    /// <summary>Drops what has expired, each time the number of keys has doubled: a constant cost a key.</summary>
    private void Sweep(DateTimeOffset now)
    {
        foreach (var (keyId, (_, until)) in issued)
        {
            if (until <= now)
            {
                issued.TryRemove(keyId, out _);
            }
        }

        sweepAt = Math.Max(LeastKept, issued.Count * 2);
    }

    private byte[] Derive(string use, string taskArn, string roleType, long period) =>
        HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes($"{use}\n{taskArn}\n{roleType}\n{period}"));

    private static string Base32(byte[] bytes) => string.Concat(bytes.Select(value => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[value & 31]));
}
