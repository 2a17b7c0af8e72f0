namespace Berth.Wire;

/// <summary>An access key as the verifying side knows it.</summary>
/// <param name="AccessKeyId">The public half, such as <c>AKIA…</c>.</param>
/// <param name="SecretAccessKey">The secret half.</param>
/// <param name="AccountId">The 12-digit account the key belongs to.</param>
/// <param name="PrincipalArn">Who signs with it: <c>arn:aws:iam::ACCOUNT:root</c>, <c>arn:aws:iam::ACCOUNT:user/NAME</c>.</param>
public sealed record AccessKey(string AccessKeyId, string SecretAccessKey, string AccountId, string PrincipalArn)
{
    /// <summary>The token that must come with a temporary key; null for a lasting one.</summary>
    public string? SessionToken { get; init; }
}

/// <summary>The keys that may sign. Thread safe.</summary>
public interface IAccessKeys
{
    /// <summary>The key with this id; null when there is none.</summary>
    AccessKey? Find(string accessKeyId);

    /// <summary>The key with this id, where the token that came with it may be all that is known of it; null when there is none.</summary>
    AccessKey? Find(string accessKeyId, string? sessionToken) => Find(accessKeyId);
}
