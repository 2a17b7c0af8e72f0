namespace Berth.Wire;

/// <summary>An access key and whose it is.</summary>
/// <param name="AccessKeyId">The key's id.</param>
/// <param name="SecretAccessKey">Its secret.</param>
/// <param name="AccountId">The 12-digit account.</param>
/// <param name="PrincipalArn">The principal it stands for, such as <c>arn:aws:iam::000000000000:root</c>.</param>
public sealed record AccessKey(string AccessKeyId, string SecretAccessKey, string AccountId, string PrincipalArn);

/// <summary>Knows the access keys that are valid now. Quick, in memory and thread safe.</summary>
public interface IAccessKeys
{
    /// <summary>The key, or null when there is none or it is no longer valid.</summary>
    AccessKey? Find(string accessKeyId);
}
