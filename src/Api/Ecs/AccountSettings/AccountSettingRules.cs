using System.Collections.Immutable;
using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

/// <summary>Names, values and defaults of account settings.</summary>
internal static class AccountSettingRules
{
    private static readonly string[] OnOff = ["enabled", "disabled"];

    /// <summary>Refuses a name or a value that there is not.</summary>
    public static void Check(string? name, string? value)
    {
        CheckSettable(name);

        var values = ValuesOf(name!);
        if (value is null || !values.Contains(value))
        {
            throw AwsException.InvalidParameter($"{value} should be one of [{string.Join(",", values)}]");
        }
    }

    /// <summary>Refuses a name that there is not, or that nobody may set.</summary>
    public static void CheckSettable(string? name)
    {
        CheckName(name);
        if (name == "guardDutyActivate")
        {
            throw AwsException.InvalidParameter("guardDutyActivate is managed by AWS and cannot be set.");
        }
    }

    /// <summary>Refuses a name that there is not.</summary>
    public static void CheckName(string? name)
    {
        if (name is null || !WireEnums.SettingName.Allows(name))
        {
            throw AwsException.InvalidParameter($"{name} should be one of [{string.Join(",", WireEnums.SettingName.Values)}]");
        }
    }

    /// <summary>What counts for a principal: its own setting, else the root's, else the service's default.</summary>
    public static AccountSetting Effective(ImmutableArray<AccountSetting> set, string accountId, string principal, string name) =>
        set.FirstOrDefault(setting => setting.PrincipalArn == principal && setting.Name == name)
        ?? set.FirstOrDefault(setting => setting.PrincipalArn == Root(accountId) && setting.Name == name)
        ?? new AccountSetting(Root(accountId), name, DefaultOf(name));

    /// <summary>The principal a call is about: the one it names, of the caller's account, else the caller.</summary>
    public static string Principal(string? given, RequestContext caller)
    {
        if (string.IsNullOrEmpty(given))
        {
            return caller.PrincipalArn;
        }

        var account = $"arn:aws:iam::{caller.AccountId}:";
        var isPrincipal = given == Root(caller.AccountId)
            || given.StartsWith($"{account}user/", StringComparison.Ordinal)
            || given.StartsWith($"{account}role/", StringComparison.Ordinal);
        return isPrincipal ? given : throw AwsException.InvalidParameter($"The principal ARN '{given}' is not valid. Specify the root, a user or a role of the account.");
    }

    public static string Root(string accountId) => $"arn:aws:iam::{accountId}:root";

    public static SettingShape Show(AccountSetting setting) => new()
    {
        Name = setting.Name,
        Value = setting.Value,
        PrincipalArn = setting.PrincipalArn,
        Type = setting.Name == "guardDutyActivate" ? "aws_managed" : "user",
    };

    private static string[] ValuesOf(string name) => name switch
    {
        "containerInsights" => ["enabled", "disabled", "enhanced"],
        "tagResourceAuthorization" => ["on", "off"],
        "fargateTaskRetirementWaitPeriod" => ["0", "7", "14"],
        "defaultLogDriverMode" => ["blocking", "non-blocking"],
        _ => OnOff,
    };

    private static string DefaultOf(string name) => name switch
    {
        "serviceLongArnFormat" or "taskLongArnFormat" or "containerInstanceLongArnFormat" => "enabled",
        "tagResourceAuthorization" => "off",
        "fargateTaskRetirementWaitPeriod" => "7",
        "defaultLogDriverMode" => "non-blocking",
        _ => "disabled",
    };
}
