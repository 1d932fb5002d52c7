package aliyun

// BackendString is for the vendor's own sample, which signs headers of its own.
var BackendString = backendString
