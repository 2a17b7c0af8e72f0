using System.Text.Json.Serialization;
using Berth.Wire;

namespace Berth.Logs;

/// <summary>CloudWatch Logs as the front door serves it. Its times are numbers of milliseconds.</summary>
internal static class LogsService
{
    public static AwsService Create(LogStore store, TimeProvider clock)
    {
        var json = new LogsJson(AwsJson.CamelCase());
        return new AwsService { SigningName = "logs", Target = "Logs_20140328", Protocol = AwsProtocol.Json11 }
            .Add(nameof(CreateLogGroup), () => json.CreateLogGroupRequest, () => new CreateLogGroup(store, clock))
            .Add(nameof(CreateLogStream), () => json.CreateLogStreamRequest, () => new CreateLogStream(store))
            .Add(nameof(DeleteLogGroup), () => json.DeleteLogGroupRequest, () => new DeleteLogGroup(store))
            .Add(nameof(DeleteLogStream), () => json.DeleteLogStreamRequest, () => new DeleteLogStream(store))
            .Add(nameof(DeleteRetentionPolicy), () => json.DeleteRetentionPolicyRequest, () => new DeleteRetentionPolicy(store))
            .Add(nameof(DescribeLogGroups), () => json.DescribeLogGroupsRequest, () => json.DescribeLogGroupsResponse, () => new DescribeLogGroups(store))
            .Add(nameof(DescribeLogStreams), () => json.DescribeLogStreamsRequest, () => json.DescribeLogStreamsResponse, () => new DescribeLogStreams(store))
            .Add(nameof(FilterLogEvents), () => json.FilterLogEventsRequest, () => json.FilterLogEventsResponse, () => new FilterLogEvents(store))
            .Add(nameof(GetLogEvents), () => json.GetLogEventsRequest, () => json.GetLogEventsResponse, () => new GetLogEvents(store))
            .Add(nameof(ListLogGroups), () => json.ListLogGroupsRequest, () => json.ListLogGroupsResponse, () => new ListLogGroups(store))
            .Add(nameof(ListTagsForResource), () => json.ListTagsForResourceRequest, () => json.ListTagsForResourceResponse, () => new ListTagsForResource(store))
            .Add(nameof(ListTagsLogGroup), () => json.ListTagsLogGroupRequest, () => json.ListTagsLogGroupResponse, () => new ListTagsLogGroup(store))
            .Add(nameof(PutLogEvents), () => json.PutLogEventsRequest, () => json.PutLogEventsResponse, () => new PutLogEvents(store, clock))
            .Add(nameof(PutLogGroupDeletionProtection), () => json.PutLogGroupDeletionProtectionRequest, () => new PutLogGroupDeletionProtection(store))
            .Add(nameof(PutRetentionPolicy), () => json.PutRetentionPolicyRequest, () => new PutRetentionPolicy(store))
            .Add(nameof(TagLogGroup), () => json.TagLogGroupRequest, () => new TagLogGroup(store))
            .Add(nameof(TagResource), () => json.TagResourceRequest, () => new TagResource(store))
            .Add(nameof(UntagLogGroup), () => json.UntagLogGroupRequest, () => new UntagLogGroup(store))
            .Add(nameof(UntagResource), () => json.UntagResourceRequest, () => new UntagResource(store));
    }
}

[JsonSerializable(typeof(CreateLogGroup.Request), TypeInfoPropertyName = "CreateLogGroupRequest")]
[JsonSerializable(typeof(CreateLogStream.Request), TypeInfoPropertyName = "CreateLogStreamRequest")]
[JsonSerializable(typeof(DeleteLogGroup.Request), TypeInfoPropertyName = "DeleteLogGroupRequest")]
[JsonSerializable(typeof(DeleteLogStream.Request), TypeInfoPropertyName = "DeleteLogStreamRequest")]
[JsonSerializable(typeof(DeleteRetentionPolicy.Request), TypeInfoPropertyName = "DeleteRetentionPolicyRequest")]
[JsonSerializable(typeof(DescribeLogGroups.Request), TypeInfoPropertyName = "DescribeLogGroupsRequest")]
[JsonSerializable(typeof(DescribeLogGroups.Response), TypeInfoPropertyName = "DescribeLogGroupsResponse")]
[JsonSerializable(typeof(DescribeLogStreams.Request), TypeInfoPropertyName = "DescribeLogStreamsRequest")]
[JsonSerializable(typeof(DescribeLogStreams.Response), TypeInfoPropertyName = "DescribeLogStreamsResponse")]
[JsonSerializable(typeof(FilterLogEvents.Request), TypeInfoPropertyName = "FilterLogEventsRequest")]
[JsonSerializable(typeof(FilterLogEvents.Response), TypeInfoPropertyName = "FilterLogEventsResponse")]
[JsonSerializable(typeof(GetLogEvents.Request), TypeInfoPropertyName = "GetLogEventsRequest")]
[JsonSerializable(typeof(GetLogEvents.Response), TypeInfoPropertyName = "GetLogEventsResponse")]
[JsonSerializable(typeof(ListLogGroups.Request), TypeInfoPropertyName = "ListLogGroupsRequest")]
[JsonSerializable(typeof(ListLogGroups.Response), TypeInfoPropertyName = "ListLogGroupsResponse")]
[JsonSerializable(typeof(ListTagsForResource.Request), TypeInfoPropertyName = "ListTagsForResourceRequest")]
[JsonSerializable(typeof(ListTagsForResource.Response), TypeInfoPropertyName = "ListTagsForResourceResponse")]
[JsonSerializable(typeof(ListTagsLogGroup.Request), TypeInfoPropertyName = "ListTagsLogGroupRequest")]
[JsonSerializable(typeof(ListTagsLogGroup.Response), TypeInfoPropertyName = "ListTagsLogGroupResponse")]
[JsonSerializable(typeof(PutLogEvents.Request), TypeInfoPropertyName = "PutLogEventsRequest")]
[JsonSerializable(typeof(PutLogEvents.Response), TypeInfoPropertyName = "PutLogEventsResponse")]
[JsonSerializable(typeof(PutLogGroupDeletionProtection.Request), TypeInfoPropertyName = "PutLogGroupDeletionProtectionRequest")]
[JsonSerializable(typeof(PutRetentionPolicy.Request), TypeInfoPropertyName = "PutRetentionPolicyRequest")]
[JsonSerializable(typeof(TagLogGroup.Request), TypeInfoPropertyName = "TagLogGroupRequest")]
[JsonSerializable(typeof(TagResource.Request), TypeInfoPropertyName = "TagResourceRequest")]
[JsonSerializable(typeof(UntagLogGroup.Request), TypeInfoPropertyName = "UntagLogGroupRequest")]
[JsonSerializable(typeof(UntagResource.Request), TypeInfoPropertyName = "UntagResourceRequest")]
internal sealed partial class LogsJson : JsonSerializerContext;
